/** Builds the desk into the Python package: hub/web/static/desk, which is made and not committed. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import type { Plugin } from 'vite';
import { defineConfig } from 'vitest/config';

const HUB = process.env['HUB_URL'] ?? 'http://127.0.0.1:8080';
const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The types that the desk brings along, each with its licence beside it, as the SIL Open Font License asks. */
const licences: Plugin = {
  name: 'licences',
  generateBundle() {
    for (const font of ['inter', 'vazirmatn']) {
      const source = readFileSync(here(`node_modules/@fontsource-variable/${font}/LICENSE`), 'utf8');
      this.emitFile({ type: 'asset', fileName: `licences/${font}.txt`, source });
    }
  },
};

/** What pages share is one script and not fifty: those of one icon each cost more than they hold, and pack badly. */
const together = {
  name: 'shared',
  minShareCount: 2,
  test: (id: string) => !id.startsWith(here('desk/pages/')),
};

export default defineConfig({
  root: here('desk'),
  base: '/desk/',
  publicDir: here('desk/public'),
  plugins: [svelte({ configFile: here('svelte.config.js') }), licences],
  resolve: {
    alias: { $desk: here('desk') },
    // State is tested as a browser has it: on a server runes do nothing.
    ...(process.env['VITEST'] ? { conditions: ['browser'] } : {}),
  },
  build: {
    outDir: here('../hub/web/static/desk'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0, // a font or icon inside a style sheet would be a data: address, which the policy refuses
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: { codeSplitting: { groups: [together] } },
      checks: { bundlerTimings: false }, // nothing that whoever runs `make run` could do about
    },
  },
  server: { port: 5173, proxy: { '/api': { target: HUB, ws: true } } },
  test: {
    root: here('.'),
    include: ['desk/**/*.test.ts'],
    environment: 'node',
    restoreMocks: true,
    testTimeout: 45_000, // what a busy machine may need to compile what a test imports
  },
});
