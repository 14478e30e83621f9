import { pluginRemote } from '@plexica/plugin-kit/vite';

export default pluginRemote({ id: 'analytics', exposes: { './SignInsWidget': './ui/SignInsWidget.vue' } });
