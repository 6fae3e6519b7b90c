-- New words wait in a short list and go into the index many at a time, which halves what each costs: a word that came
-- in ten texts is looked up once. The list is short because whoever searches reads it too, and because whoever fills it
-- empties it: about a hundred texts, five milliseconds.
ALTER INDEX searchable_words SET (fastupdate = on, gin_pending_list_limit = 64);
