import { registerEnumType } from 'type-graphql';

export const DeletionMode = { SOFT: 'SOFT', HARD: 'HARD' } as const;
export type DeletionMode = keyof typeof DeletionMode;

registerEnumType(DeletionMode, {
  name: 'DeletionMode',
  description: 'How final a deletion is.',
  valuesConfig: {
    SOFT: { description: 'Closed at once, kept for the grace period, and erased after it unless it is restored.' },
    HARD: { description: 'Erased now, for good.' },
  },
});
