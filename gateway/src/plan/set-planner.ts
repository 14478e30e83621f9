import { createHash } from 'node:crypto';
import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, Kind, type OperationDefinitionNode, parse, print, printSchema } from 'graphql';
import { LRUCache } from 'lru-cache';
import { fragmentsOf } from '../document/fragments.ts';
import { readSupergraph } from './composed-supergraph.ts';
import { neededGraphs, typesOf } from './needed-graphs.ts';
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

interface SetDocument {
  readonly document: DocumentNode;
  readonly types: ReturnType<typeof typesOf>;
  /** Its subgraphs by the names of the enum that stands for them. */
  readonly graphs: ReadonlyMap<string, string>;
}

const plannersAtMost = 16;
const documentsAtMost = 8;

/**
 * Plans for any number of plugin sets. What an operation needs is nearly always the core and a plugin or two, so it is planned on that slice of
 * its set, and sets with the same slice share a planner. A plan made so touches none but the set's own subgraphs. Where the slice
 * can't answer, it is planned on the whole set.
 */
export const createSetPlanner = () => {
  const documents = new LRUCache<string, SetDocument>({ max: documentsAtMost });
  const planners = new LRUCache<string, BuildPlan>({ max: plannersAtMost });

  const documentOf = (sdl: string): SetDocument => {
    const known = documents.get(sdl);
    if (known) return known;
    const document = plannableSupergraph(sdl);
    const read = { document, types: typesOf(document), graphs: graphNames(document) };
    documents.set(sdl, read);
    return read;
  };
  const plannerOf = (document: DocumentNode): BuildPlan => {
    const key = createHash('sha256').update(print(document)).digest('base64url');
    const known = planners.get(key);
    if (known) return known;
    const planner = createPlanner(readSupergraph(document), { ahead: true });
    planners.set(key, planner);
    return planner;
  };

  return {
    /** What clients of a set see, as SDL. Throws where it has features that nobody here enforces. */
    apiSdl: (sdl: string): string => printSchema(readSupergraph(documentOf(sdl).document).apiSchema().toGraphQLJSSchema()),

    /** Builds the planner of the slice that operations over the core and this subgraph need. */
    prepare({ sdl, core, subgraph }: PrepareRequest): void {
      const { document, graphs } = documentOf(sdl);
      const names = new Set([...core, subgraph]);
      plannerOf(sliceOf(document, new Set([...graphs].flatMap(([graph, name]) => (names.has(name) ? [graph] : [])))));
    },

    async plan({ sdl, core, text, required }: PlanRequest): Promise<QueryPlan> {
      const { document, types, graphs } = documentOf(sdl);
      const asked = parse(text, { noLocation: true });
      const definition = asked.definitions.find((node): node is OperationDefinitionNode => node.kind === Kind.OPERATION_DEFINITION);
      if (!definition) throw new Error('There is no operation to plan');
      const fragments = fragmentsOf(asked);
      const operation = { definition, fragments, required: new Set(required) } as unknown as Parameters<BuildPlan>[0];
      const names = new Set(core);
      const needed = new Set([...neededGraphs(types, laidOut(definition, fragments))]);
      for (const [graph, name] of graphs) if (names.has(name)) needed.add(graph);
      const isWhole = core.length === 0 || needed.size >= graphs.size;
      if (isWhole) return plannerOf(document)(operation);
      try {
        return await plannerOf(sliceOf(document, needed))(operation);
      } catch {
        return plannerOf(document)(operation);
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
