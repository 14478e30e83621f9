import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/plugins',
    component: () => import('./PluginsPage.vue'),
    meta: { audience: 'tenant', nav: { label: 'plugins.title', icon: 'i-lucide-blocks', order: 30 } },
  },
];
