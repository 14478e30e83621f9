import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/tenants',
    component: () => import('./TenantList.vue'),
    meta: { audience: 'platform', nav: { label: 'tenancy.title', icon: 'i-lucide-building-2', order: 10 } },
  },
  { path: '/tenants/new', component: () => import('./NewTenantPage.vue'), meta: { audience: 'platform' } },
];
