import { mount } from 'svelte';
import App from './App.svelte';
import './design/base.css';
import { Away } from './hub/client';
import { unready } from './unready';
import { speech } from './words/words.svelte';

const target = document.getElementById('desk');
if (!target) throw new Error('the page has no place for the desk');
try {
  await speech.use(speech.remembered());
  mount(App, { target });
} catch (error) {
  if (!(error instanceof Away)) throw error;
  unready(target);
}
