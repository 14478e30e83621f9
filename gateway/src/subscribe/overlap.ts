import type { SubgraphAnswer } from '../execute/subgraph-connection.ts';

export type Side = 'leaving' | 'coming';

/** While two upstreams of one subscription run, most events come by both, and in the same order: whether the other one brought this one already. */
export const createOverlap = () => {
  const ahead: Record<Side, string[]> = { leaving: [], coming: [] };
  return (side: Side, event: SubgraphAnswer): boolean => {
    const text = JSON.stringify(event);
    const other = side === 'coming' ? 'leaving' : 'coming';
    const at = ahead[other].indexOf(text);
    if (at >= 0) {
      ahead[other] = ahead[other].slice(at + 1);
      return true;
    }
    // What the coming one has passed over was told before it listened, and never comes by it.
    if (side === 'coming') ahead.leaving = [];
    ahead[side].push(text);
    return false;
  };
};
