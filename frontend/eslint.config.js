import svelte from 'eslint-plugin-svelte';
import globals from 'globals';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['node_modules', 'desk/public'] },
  ...ts.configs.strict,
  ...svelte.configs.recommended,
  {
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      // TypeScript sees undefined names itself.
      'no-undef': 'off',
      '@typescript-eslint/no-non-null-assertion': 'error',
      'no-console': 'error',
      // What customers write is text and never markup.
      'svelte/no-at-html-tags': 'error',
      // The policy of our pages refuses style attributes; `style:` sets one property, which it allows.
      'no-restricted-syntax': [
        'error',
        { selector: 'SvelteAttribute[key.name="style"]', message: 'use style:name={…}' },
      ],
      // A Set or URL made inside a computation is a value of it, watched by nobody.
      'svelte/prefer-svelte-reactivity': 'off',
      // Our router is our own: it takes plain addresses.
      'svelte/no-navigation-without-resolve': 'off',
    },
  },
  {
    files: ['**/*.svelte', '**/*.svelte.ts'],
    languageOptions: { parserOptions: { parser: ts.parser } },
  },
);
