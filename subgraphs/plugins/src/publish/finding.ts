/** What a check found. Each has a code, a place and a hint; errors keep a version from being published. */
export interface Finding {
  readonly code: string;
  readonly severity: 'ERROR' | 'WARNING';
  /** Where: a path in the manifest, or `Type.field` in the SDL. */
  readonly place: string;
  readonly hint: string;
}

export const problem = (code: string, place: string, hint: string): Finding => ({ code, severity: 'ERROR', place, hint });

export const isError = ({ severity }: Finding): boolean => severity === 'ERROR';
