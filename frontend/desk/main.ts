import { mount } from 'svelte';
import App from './App.svelte';
import './design/base.css';
import { speech } from './words/words.svelte';

const target = document.getElementById('desk');
if (!target) throw new Error('the page has no place for the desk');
await speech.use(speech.remembered());
mount(App, { target });
