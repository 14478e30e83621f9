import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import ui from '@nuxt/ui/vite';
import vue from '@vitejs/plugin-vue';
import { defineConfig, type Plugin } from 'vite';
import { consoleOperations } from './console-operations.ts';
import { contentSecurityPolicy } from './csp.ts';

/** The console states its policy and its operations beside its files; whoever serves them adds the origins of issuer and storage. */
const statements = (): Plugin => ({
  name: 'plexica-statements',
  apply: 'build',
  writeBundle({ dir = 'dist' }) {
    writeFileSync(`${dir}/csp.json`, JSON.stringify(contentSecurityPolicy, null, 2));
    writeFileSync(`${dir}/operations.json`, JSON.stringify(consoleOperations(), null, 2));
  },
});

export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('src', import.meta.url)) } },
  plugins: [
    vue(),
    ui({
      ui: { colors: { primary: 'indigo', neutral: 'slate' } },
      icon: { clientBundle: { scan: { globInclude: ['src/**/*.{vue,ts}'] } } },
      dts: false,
    }),
    statements(),
  ],
  build: {
    target: 'es2022',
    assetsDir: 'assets',
    modulePreload: { polyfill: false },
    rollupOptions: { input: ['index.html', 'explorer.html'] },
  },
});
