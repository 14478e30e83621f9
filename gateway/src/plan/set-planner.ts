import { createHash } from 'node:crypto';
import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, Kind, type OperationDefinitionNode, parse, print, printSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { fragmentsOf } from '../document/fragments.ts';
import { readSupergraph } from './composed-supergraph.ts';
import { neededGraphs, type Outline, outlineOf } from './needed-graphs.ts';
import { laidOut } from './never-included.ts';
import { type BuildPlan, createPlanner } from './planner.ts';
import { sliceOf } from './slice.ts';
import { plannableSupergraph } from './supergraph-document.ts';

/** An operation of one plugin set, as it crosses threads. */
export interface PlanRequest {
  readonly sdl: string;
  /** Subgraphs that every set has, as the supergraph names them. */
  readonly core: readonly string[];
  /** One operation and its fragments. */
  readonly text: string;
  readonly required: readonly string[];
}

/** What operations are likely to be about soon. */
export interface PrepareRequest extends Pick<PlanRequest, 'sdl' | 'core'> {
  readonly subgraph: string;
}

/** What is known of a set where its document is not at hand: enough to find the planner of an operation. */
interface PlannedSet {
  readonly sdl: string;
  readonly outline: Outline;
  /** Its subgraphs by the names of the enum that stands for them. */
  readonly graphs: ReadonlyMap<string, string>;
  /** Planners by what they plan over: a slice of this set, or all of it. */
  readonly slices: Map<string, string>;
}

/** Characters of their texts. For each a document takes 10 bytes of memory, an outline with its text 3, a planner 50: about 10, 40 and 85 MB in all. */
const documentsAtMost = 1_000_000;
const outlinesAtMost = 12_000_000;
const plannersAtMost = 1_700_000;

/**
 * Plans for any number of plugin sets. What an operation needs is nearly always the core and a plugin or two, so it is planned on that slice of
 * its set, and sets with the same slice share a planner. A plan made so touches none but the set's own subgraphs. Where the slice
 * can't answer, it is planned on the whole set.
 */
export const createSetPlanner = () => {
  const documents = new LRUCache<string, DocumentNode>({ maxSize: documentsAtMost });
  const sets = new LRUCache<string, PlannedSet>({ maxSize: outlinesAtMost });
  const planners = new LRUCache<string, BuildPlan>({ maxSize: plannersAtMost });

  const documentOf = (sdl: string): DocumentNode => {
    const known = documents.get(sdl);
    if (known) return known;
    const document = plannableSupergraph(sdl);
    documents.set(sdl, document, { size: sdl.length });
    return document;
  };
  const setOf = (sdl: string): PlannedSet => {
    const known = sets.get(sdl);
    if (known) return known;
    const document = documentOf(sdl);
    const read = { sdl, outline: outlineOf(document), graphs: graphNames(document), slices: new Map() };
    sets.set(sdl, read, { size: sdl.length });
    return read;
  };
  const plannerOf = ({ sdl, graphs, slices }: PlannedSet, needed: ReadonlySet<string>): BuildPlan => {
    const slice = [...graphs.keys()].filter((graph) => needed.has(graph)).join();
    const known = planners.get(slices.get(slice) ?? '');
    if (known) return known;
    const document = documentOf(sdl);
    const sliced = needed.size < graphs.size ? sliceOf(document, needed) : document;
    const text = print(sliced);
    const key = createHash('sha256').update(text).digest('base64url');
    slices.set(slice, key);
    const planner = planners.get(key) ?? createPlanner(readSupergraph(sliced, { trusted: true }), { ahead: true });
    planners.set(key, planner, { size: text.length });
    return planner;
  };
  const wholeOf = (set: PlannedSet): BuildPlan => plannerOf(set, new Set(set.graphs.keys()));

  return {
    /** What clients of a set see, as SDL. Throws where it has features that nobody here enforces. */
    apiSdl: (sdl: string): string => printSchema(readSupergraph(documentOf(sdl), { trusted: true }).apiSchema().toGraphQLJSSchema()),

    /** Builds the planner of the slice that operations over the core and this subgraph need. */
    prepare({ sdl, core, subgraph }: PrepareRequest): void {
      const set = setOf(sdl);
      const names = new Set([...core, subgraph]);
      plannerOf(set, new Set([...set.graphs].flatMap(([graph, name]) => (names.has(name) ? [graph] : []))));
    },

    async plan({ sdl, core, text, required }: PlanRequest): Promise<QueryPlan> {
      const set = setOf(sdl);
      const { outline, graphs } = set;
      const asked = parse(text, { noLocation: true });
      const definition = asked.definitions.find((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION);
      if (!definition) throw new Error('There is no operation to plan');
      const fragments = fragmentsOf(asked);
      const operation = { definition, fragments, required: new Set(required) } as unknown as Parameters<BuildPlan>[0];
      const names = new Set(core);
      const atHand = [...graphs].flatMap(([graph, name]) => (names.has(name) ? [graph] : []));
      const needed = neededGraphs(outline, laidOut(definition, fragments), atHand);
      const isWhole = core.length === 0 || needed.size >= graphs.size;
      if (isWhole) return wholeOf(set)(operation);
      try {
        return await plannerOf(set, needed)(operation);
      } catch {
        return wholeOf(set)(operation);
      }
    },
    /** How many planners are kept. */
    size: () => planners.size,
  };
};

const graphNames = ({ definitions }: DocumentNode): ReadonlyMap<string, string> => {
  const graphs = definitions.find((node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph');
  const values = graphs?.kind === Kind.ENUM_TYPE_DEFINITION ? (graphs.values ?? []) : [];
  return new Map(
    values.map(({ name, directives }) => {
      const given = directives?.flatMap((each) => each.arguments ?? []).find((each) => each.name.value === 'name')?.value;
      return [name.value, given?.kind === Kind.STRING ? given.value : name.value];
    }),
  );
};
