import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/plugins',
    component: () => import('./PluginsPage.vue'),
    meta: { audience: 'tenant', nav: { label: 'plugins.title', icon: 'i-lucide-blocks', order: 30 } },
  },
  {
    path: '/registry',
    component: () => import('./PluginRegistry.vue'),
    meta: { audience: 'platform', nav: { label: 'plugins.registry.title', icon: 'i-lucide-blocks', order: 20 } },
  },
];
