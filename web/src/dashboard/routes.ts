import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/',
    name: 'dashboard',
    component: () => import('./DashboardPage.vue'),
    meta: { nav: { label: 'dashboard.title', icon: 'i-lucide-layout-dashboard', order: 0 } },
  },
];
