import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router';
import { session } from './session/session.ts';

declare module 'vue-router' {
  interface RouteMeta {
    /** Who sees the page; without it everybody who is signed in. */
    readonly audience?: 'tenant' | 'platform';
    readonly permission?: string;
    readonly public?: boolean;
    /** Its place in the sidebar. */
    readonly nav?: { readonly label: string; readonly icon: string; readonly order: number };
  }
}

const areas = import.meta.glob<{ routes: RouteRecordRaw[] }>('./*/routes.ts', { eager: true });
export const pages = Object.values(areas).flatMap(({ routes }) => routes);

export const router = createRouter({
  history: createWebHistory(),
  routes: [
    ...pages.filter(({ meta }) => meta?.public),
    { path: '/', component: () => import('./shell/ShellLayout.vue'), children: pages.filter(({ meta }) => !meta?.public) },
    { path: '/:rest(.*)*', redirect: '/' },
  ],
});

router.beforeEach(async (to) => {
  if (to.meta.public) return true;
  if (await session.restore(to.fullPath)) return true;
  return { name: 'sign-in', query: { to: to.fullPath } };
});
