import { federation } from '@module-federation/vite';
import vue from '@vitejs/plugin-vue';
import type { UserConfig } from 'vite';
import { markedOperations } from './marked-operations.ts';

export interface PluginRemoteOptions {
  /** The plugin's id. */
  readonly id: string;
  /** What slots ask for, for example `{ './SignInsWidget': './ui/SignInsWidget.vue' }`; each default-exports a component with `SlotProps`. */
  readonly exposes: Readonly<Record<string, string>>;
  /** Folder that the publish step packs; beside it `<folder>.operations.json` says what the components ask, for `ui.operations` of the manifest. */
  readonly outDir?: string;
}

/** Vite configuration of a plugin's UI. The remote's entry is `remoteEntry.js`; Vue is the console's own and never bundled. */
export const pluginRemote = ({ id, exposes, outDir = 'dist/ui' }: PluginRemoteOptions): UserConfig => ({
  base: './',
  plugins: [
    vue({ features: { componentIdGenerator: (path, source, _production, hash) => hash(`${id}/${path}${source}`) } }),
    federation({
      name: id.replaceAll('-', '_'),
      filename: 'remoteEntry.js',
      exposes: { ...exposes },
      shared: { vue: { singleton: true, import: false } },
      dts: false,
      manifest: false,
      // The console brings the runtime along, once for all remotes.
      experiments: { externalRuntime: true },
    }),
    markedOperations(`${outDir}.operations.json`),
  ],
  build: {
    outDir,
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: false,
    cssCodeSplit: true,
    rollupOptions: { input: Object.values(exposes) },
  },
});
