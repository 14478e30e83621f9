import { DomainError } from '@plexica/plugin-kit';

export const slugTaken = (slug: string, cause?: unknown): DomainError =>
  new DomainError('TENANT_SLUG_TAKEN', { message: `Another tenant has the slug ${slug}.`, path: ['input', 'slug'], cause });

/** Two requests with one slug at once: the unique index has the last word. */
export const asSlugTaken =
  (slug: string) =>
  (error: unknown): never => {
    throw error instanceof Error && error.name === 'UniqueConstraintViolationException' ? slugTaken(slug, error) : error;
  };
