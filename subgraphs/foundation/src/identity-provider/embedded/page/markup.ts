/** HTML that is safe to put into a page. */
export interface Markup {
  readonly html: string;
}

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export const escapeHtml = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? character);

/** Everything put into the template is escaped, except markup made by this same tag. */
export const html = (parts: TemplateStringsArray, ...values: readonly (string | Markup | undefined)[]): Markup => ({
  html: parts.reduce((page, part, index) => page + asHtml(values[index - 1]) + part),
});

const asHtml = (value: string | Markup | undefined): string => {
  if (value === undefined) return '';
  return typeof value === 'string' ? escapeHtml(value) : value.html;
};
