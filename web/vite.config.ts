import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

// `npm run dev` shows the pages with the API of a server on the usual port.
const server = 'http://127.0.0.1:23373';

export default defineConfig({
  plugins: [react()],
  build: {
    target: 'es2022',
    // Nothing may be inlined into the page: its content policy forbids it.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    license: { fileName: 'licenses.md' },
  },
  server: {
    proxy: { '/v1': server, '/web/v1': server, '/oauth': server },
  },
});
