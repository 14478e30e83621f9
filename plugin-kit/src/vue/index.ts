import type { PropType } from 'vue';

/** The slots of the console, and what a component in one of them is given. */
export type SlotName =
  | 'route/v1'
  | 'sidebar.item/v1'
  | 'dashboard.widget/v1'
  | 'user.panel/v1'
  | 'tenant.settings.tab/v1'
  | 'header.action/v1';

declare const marked: unique symbol;

/** The text of one operation that `gql` marked. */
export type OperationText = string & { readonly [marked]: true };

/**
 * Marks the text of one operation with its fragments. The build finds the marks and tells the platform, so that a tenant with the
 * plugin lets its components ask these even where it runs registered operations alone. Values go into variables, never into the text.
 */
export const gql = (text: TemplateStringsArray, ...values: readonly never[]): OperationText => {
  if (values.length) throw new TypeError('gql takes no values: name variables in the text instead.');
  return String.raw(text) as OperationText;
};

/** Asks the tenant's own supergraph as the signed-in user. The user's token never reaches the component. */
export interface SlotClient {
  /** Rejects with the first error of the answer. */
  query<Data>(document: OperationText, variables?: Readonly<Record<string, unknown>>): Promise<Data>;
}

/** Props of every component that fills a slot: its default export takes these. */
export interface SlotProps {
  readonly slot: SlotName;
  readonly client: SlotClient;
  /** BCP 47, as chosen in the console. */
  readonly locale: string;
  readonly theme: 'light' | 'dark';
  readonly tenant: { readonly slug: string; readonly name: string };
}

/** The same for `defineProps(slotProps)`. */
export const slotProps = {
  slot: { type: String as PropType<SlotName>, required: true },
  client: { type: Object as PropType<SlotClient>, required: true },
  locale: { type: String, required: true },
  theme: { type: String as PropType<SlotProps['theme']>, required: true },
  tenant: { type: Object as PropType<SlotProps['tenant']>, required: true },
} as const;
