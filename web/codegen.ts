import type { CodegenConfig } from '@graphql-codegen/cli';

export default {
  schema: '../schema/api.graphql',
  documents: 'src/**/*.graphql',
  generates: {
    './src/generated/': {
      preset: 'client',
      presetConfig: { fragmentMasking: false },
      config: { scalars: { DateTime: 'string', JSON: 'unknown' }, useTypeImports: true, enumsAsTypes: true },
    },
  },
} satisfies CodegenConfig;
