import type { RouteRecordRaw } from 'vue-router';

const meta = { public: true };

export const routes: RouteRecordRaw[] = [
  { path: '/sign-in', name: 'sign-in', component: () => import('./SignInPage.vue'), meta },
  { path: '/t/:slug', component: () => import('./SignInPage.vue'), meta },
  { path: '/signed-in', component: () => import('./SignedInPage.vue'), meta },
  { path: '/signed-out', redirect: { name: 'sign-in', query: { out: '1' } }, meta },
  { path: '/invitation', component: () => import('./InvitationPage.vue'), props: { texts: 'invitation' }, meta },
  { path: '/password', component: () => import('./InvitationPage.vue'), props: { texts: 'reset' }, meta },
];
