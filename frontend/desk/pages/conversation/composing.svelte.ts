/** What is being written in one conversation: answer or note, the way it goes, files, a template. Kept as a draft. */
import { get, type Page } from '../../hub/client';
import type { Conversation, Way } from '../../hub/shapes/conversations';
import type { Template } from '../../hub/shapes/customers';
import type { Id } from '../../hub/shapes/people';
import { draftOf, keepDraft, type DraftFile } from '../../state/drafts';
import { me } from '../../state/me.svelte';
import { notices } from '../../state/notices.svelte';
import { now } from '../../state/now.svelte';
import { organisation } from '../../state/organisation.svelte';
import { outbox } from '../../state/outbox.svelte';
import type { Item, Sent } from '../../state/outboxRules';
import { say } from '../../words/words.svelte';
import { tell } from './commands';
import { inPlaces, mentioned, places } from './filling';
import { tooMuch, upload, type Share } from './uploading';

export interface Going {
  key: string;
  name: string;
  share: Share;
  stop: () => void;
}

export type Standing = 'free' | 'unheld' | 'takes' | 'others' | 'resolved';

const codePoints = (text: string) => [...text].length;
export const wayKey = (way: Pick<Way, 'contact_point' | 'our_address'>) =>
  `${way.contact_point} ${way.our_address}`;
/** While the ways are not known yet: the one the conversation came by. */
const assumed = (one: Conversation): Way => ({
  channel: one.channel,
  account: one.account,
  our_address: one.our_address,
  contact_point: one.contact_point,
  max_text: one.channel === 'sms' ? 1600 : 4096,
  max_files: 10,
  max_file_bytes: 5_000_000,
  free_text_until: one.free_text_until,
  segment_price: null,
  usual: true,
});

export class Composing {
  answer = $state('');
  note = $state('');
  isNote = $state(false);
  files = $state.raw<DraftFile[]>([]);
  uploads = $state<Going[]>([]);
  ways = $state.raw<readonly Way[] | null>(null);
  templates = $state.raw<readonly Template[] | null>(null);
  template = $state.raw<Template | null>(null);
  variables = $state<Record<string, string>>({});
  #picked = $state<string | null>(null);
  #kept = true;

  constructor(
    readonly id: Id,
    private readonly conversation: () => Conversation,
  ) {
    const draft = draftOf(id);
    this.answer = draft.answer;
    this.note = draft.note;
    this.isNote = draft.isNote && draft.note !== '';
    this.files = draft.files;
    this.#picked = draft.way;
  }

  get text(): string {
    return this.isNote ? this.note : this.answer;
  }

  set text(text: string) {
    if (this.isNote) this.note = text;
    else this.answer = text;
    this.keep();
  }

  get way(): Way {
    const ways = this.ways ?? [assumed(this.conversation())];
    const usual = ways.find((one) => one.usual) ?? ways[0] ?? assumed(this.conversation());
    return ways.find((one) => wayKey(one) === this.#picked) ?? usual;
  }

  /** Nobody can be written to: no account that is switched on reaches any of her addresses. */
  get noWay(): boolean {
    return this.ways !== null && this.ways.length === 0;
  }

  /** WhatsApp's time for free text is over. */
  get closed(): boolean {
    const until = this.way.free_text_until;
    return until !== null && Date.parse(until) <= now.ms;
  }

  /** Whether she may answer, and what that does. */
  get standing(): Standing {
    const one = this.conversation();
    if (one.status === 'resolved') return 'resolved';
    if (one.assignee_id === me.agentId && me.agentId) return 'free';
    const another = one.offered_to !== null && one.offered_to !== me.agentId;
    if (one.assignee_id === null && !another) return me.agentId ? 'unheld' : 'free';
    if (!me.leads) return 'others';
    return me.agentId ? 'takes' : 'free';
  }

  get over(): number {
    return Math.max(codePoints(this.text) - (this.isNote ? 10_000 : this.way.max_text), 0);
  }

  get tooMuch(): ReturnType<typeof tooMuch> {
    return this.isNote ? null : tooMuch(this.files, this.way);
  }

  get ready(): boolean {
    if (this.over || this.tooMuch) return false;
    if (this.isNote) return this.note.trim() !== '';
    if (this.noWay || this.uploads.length || ['others', 'resolved'].includes(this.standing)) return false;
    if (this.template) return places(this.template.body).every((place) => this.variables[place]?.trim());
    return !this.closed && (this.answer.trim() !== '' || this.files.length > 0);
  }

  get empty(): boolean {
    return this.text.trim() === '' && (this.isNote || (!this.files.length && !this.template));
  }

  pick(way: string): void {
    this.#picked = way;
    this.template = null;
    this.keep();
  }

  keep(): void {
    const { answer, note, isNote, files } = this;
    const kept = keepDraft(this.id, { answer, note, isNote, files, way: this.#picked });
    if (this.#kept && !kept) notices.add('bad', say().composer.draftNoRoom);
    this.#kept = kept;
  }

  async readWays(): Promise<void> {
    try {
      this.ways = (await get<Page<Way>>(`/conversations/${this.id}/ways`)).items;
    } catch (error) {
      tell(error);
    }
  }

  async readTemplates(): Promise<void> {
    try {
      const { items } = await get<Page<Template>>('/templates', { account: this.way.account });
      this.templates = items.filter((one) => one.approved);
    } catch (error) {
      tell(error);
    }
  }

  choose(template: Template | null): void {
    this.template = template;
    this.variables = {};
  }

  async attach(file: File): Promise<void> {
    const key = crypto.randomUUID();
    const going = upload(file, (share) => this.#share(key, share));
    const stop = () => {
      going.stop();
      this.#ended(key);
    };
    this.uploads.push({ key, name: file.name, share: 0, stop });
    try {
      const came = await going.done;
      this.files = [...this.files, { ...came, at: Date.now() }];
      this.keep();
    } catch (error) {
      tell(error);
    } finally {
      this.#ended(key);
    }
  }

  removeFile(id: Id): void {
    this.files = this.files.filter((one) => one.id !== id);
    this.keep();
  }

  #share(key: string, share: Share): void {
    const one = this.uploads.find((upload) => upload.key === key);
    if (one) one.share = share;
  }

  #ended(key: string): void {
    this.uploads = this.uploads.filter((upload) => upload.key !== key);
  }

  /** Hand it to the outbox, which does not lose it; here it is done. False if this browser cannot keep it. */
  send(resolve: boolean): boolean {
    const kept = this.isNote ? this.#sendNote() : this.#sendAnswer(resolve);
    if (kept) this.keep();
    return kept;
  }

  #sendNote(): boolean {
    const text = this.note.trim();
    const mentions = mentioned(text, organisation.agents.values()).map((one) => one.id);
    const kept = outbox.add({
      conversation: this.id,
      kind: 'notes',
      body: { text, ...(mentions.length ? { mentions } : {}) },
      shown: { text, channel: this.conversation().channel, files: [] },
    });
    if (!kept) return false;
    this.note = '';
    this.isNote = false;
    return true;
  }

  #sendAnswer(resolve: boolean): boolean {
    const { way, template } = this;
    const variables = { ...this.variables };
    const text = template ? inPlaces(template.body, variables) : this.answer.trim();
    const body: Sent = {
      ...(template ? { template: { id: template.id, variables } } : text ? { text } : {}),
      ...(this.files.length && !template ? { files: this.files.map((one) => one.id) } : {}),
      ...(way.usual ? {} : { via: { contact_point: way.contact_point, our_address: way.our_address } }),
      ...(resolve ? { resolve } : {}),
    };
    const files = template
      ? []
      : this.files.map(({ name, size, content_type }) => ({ name, size, content_type }));
    const shown = { text, channel: way.channel, files };
    if (!outbox.add({ conversation: this.id, kind: 'messages', body, shown })) return false;
    this.answer = template ? this.answer : '';
    this.files = template ? this.files : [];
    this.choose(null);
    return true;
  }

  /** What was taken back or refused is written on, before what has been begun since. */
  edit(item: Item): void {
    const taken = outbox.take(item.key);
    if (!taken) return;
    this.isNote = taken.kind === 'notes';
    const words = taken.body.text ?? '';
    if (words) this.text = this.text.trim() ? `${words}\n${this.text}` : words;
    const ids = taken.body.files ?? [];
    const files = ids.map((id, place) => ({ id, at: taken.at, ...taken.shown.files[place] }));
    this.files = [...(files as DraftFile[]), ...this.files];
    this.keep();
  }

  /** Merge fields for canned answers. */
  get known(): { customerName: string | null; agentName: string; number: number } {
    const one = this.conversation();
    return {
      customerName: one.customer_name,
      agentName: me.who.agent?.name ?? me.who.name,
      number: one.number,
    };
  }

  fieldName(field: string): string {
    return say().composer.fields[field] ?? field;
  }
}
