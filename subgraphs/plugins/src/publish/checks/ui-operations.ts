import type { PluginManifest } from '@plexica/plugin-kit';
import { readOperation } from '@plexica/plugin-kit/operations';
import { type DocumentNode, type GraphQLSchema, validate } from 'graphql';
import { type Finding, problem } from '../finding.ts';

/**
 * What the plugin's components ask has to be answered by the core and the plugin. Where it depends on other plugins their part is
 * not at hand, so what is missing may be theirs.
 */
export const checkUiOperations = ({ ui, dependencies }: PluginManifest, schema: GraphQLSchema): Finding[] => {
  const others = Object.keys({ ...dependencies?.required, ...dependencies?.optional });
  return (ui?.operations ?? []).flatMap((text, index) => {
    const place = `ui.operations.${index}`;
    const one = read(text);
    if (!one.document) return [problem('UI_OPERATION_INVALID', place, one.fault)];
    return validate(schema, one.document).map(({ message }): Finding => {
      if (!others.length) return problem('UI_OPERATION_INVALID', place, message);
      return { code: 'UI_OPERATION_UNSURE', severity: 'WARNING', place, hint: `${message} It holds if ${others.join(' or ')} adds it.` };
    });
  });
};

const read = (text: string): { document: DocumentNode } | { document?: undefined; fault: string } => {
  try {
    return { document: readOperation(text) };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
};
