import { type ErrorCode, errorRegistry } from '@plexica/schema';

interface DomainErrorOptions {
  readonly message?: string;
  /** Input path that the error is about, for example `['input', 'slug']`. */
  readonly path?: readonly string[];
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The one error that rules throw. Compare by `code`; the resolver wrapper turns it into a user error or a top-level error by its kind. */
export class DomainError extends Error {
  override readonly name = 'DomainError';
  readonly code: ErrorCode;
  readonly path: readonly string[] | undefined;
  readonly details: Readonly<Record<string, unknown>>;

  constructor(code: ErrorCode, options: DomainErrorOptions = {}) {
    super(options.message ?? errorRegistry[code].en, { cause: options.cause });
    this.code = code;
    this.path = options.path;
    this.details = options.details ?? {};
  }
}

export const isDomainError = (error: unknown): error is DomainError =>
  error instanceof Error && error.name === 'DomainError' && typeof (error as DomainError).code === 'string';
