import type { RouteRecordRaw } from 'vue-router';

export const routes: RouteRecordRaw[] = [
  {
    path: '/users',
    component: () => import('./UserList.vue'),
    meta: { permission: 'users.read', nav: { label: 'identity.users.title', icon: 'i-lucide-users', order: 20 } },
  },
];
