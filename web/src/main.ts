import ui from '@nuxt/ui/vue-plugin';
import { createApp } from 'vue';
import { z } from 'zod';
import App from './App.vue';
import { i18n } from './i18n.ts';
import { router } from './router.ts';
import './style.css';

// The policy of the page allows no code made at run time.
z.config({ jitless: true });

createApp(App).use(router).use(i18n).use(ui).mount('#app');
