import { randomUUID } from 'node:crypto';
import { v7 } from 'uuid';
import type { Article, Ledger } from './ledger.js';
import { articleOf } from './ledger.js';
import type { NamedReference, Wording } from './tables.js';

/** Runs a prepared statement; its name is its text. */
export type Run = (text: string, values?: readonly unknown[]) => Promise<readonly Row[]>;

export type Row = Readonly<Record<string, string>>;

/** One thing that a client does, with the names of one wording. */
export class Operations {
  constructor(
    private readonly ledger: Ledger,
    private readonly wording: Wording,
    private readonly key: 'integer' | 'bigint' | 'uuid',
    private readonly wrong: (text: string) => void,
  ) {}

  /** Does one of them, as the dice fall. */
  async any(run: Run): Promise<void> {
    const dice = Math.random() * 100;
    if (dice < 12) return this.insert(run);
    if (dice < 18) return this.insertBehindTag(run);
    if (dice < 30) return this.raise(run);
    if (dice < 40) return this.#with(run, (article) => this.#retitle(run, article));
    if (dice < 50) return this.#between(run, (article, other) => this.#stock(run, article, other));
    if (dice < 58) return this.#between(run, (article, other) => this.#move(run, article, other));
    if (dice < 64) return this.#between(run, (article, other) => this.#adopt(run, article, other));
    if (dice < 68)
      return this.#between(run, (article, other) => this.#replace(run, article, other));
    if (dice < 76) return this.#remove(run);
    if (dice < 86) return this.#with(run, (article) => this.#readAll(run, article));
    await this.#read(run, this.ledger.seed());
  }

  async insert(run: Run): Promise<void> {
    const { parent } = this.wording;
    const target = this.ledger.target();
    const code = `load ${this.ledger.next()}`;
    try {
      const value = await this.#value(run, target, parent);
      const { isKeyMade, added } = this.wording;
      const [row] = await run(
        `INSERT INTO articles (code, title, ${parent.column}${isKeyMade ? `, ${added}` : ''})
         VALUES ($1, $2, $3${isKeyMade ? ', $4' : ''}) RETURNING ${this.#keys}`,
        [code, code, value, ...(isKeyMade ? [v7()] : [])],
      );
      this.#add(row!, code, target);
    } finally {
      this.ledger.release(target);
    }
  }

  /** The tag comes first, as its foreign key is looked at when the transaction ends. */
  async insertBehindTag(run: Run): Promise<void> {
    const { tagged } = this.wording;
    if (tagged.by !== 'id') return this.insert(run);
    const code = `load ${this.ledger.next()}`;
    const id = this.key === 'uuid' ? randomUUID() : await this.#number(run);
    await run('BEGIN');
    await run(`INSERT INTO tags (${tagged.column}, label) VALUES ($1, $2)`, [id, code]);
    const [row] = await run(
      `INSERT INTO articles (id, code, title) VALUES ($1, $2, $3) RETURNING ${this.#keys}`,
      [id, code, code],
    );
    await run('COMMIT');
    this.#add(row!, code, null).tags.add(code);
  }

  async raise(run: Run): Promise<void> {
    const { stocked } = this.wording;
    const article = this.ledger.seed();
    const rows = await run(
      `UPDATE stocks SET amount = amount + 1 WHERE ${stocked.column} = $1 AND place = 'seed'
       RETURNING amount`,
      [await this.#value(run, article, stocked)],
    );
    if (rows.length === 1) this.ledger.raise(article);
    else this.wrong(`${rows.length} stocks of ${article.code}`);
  }

  async #retitle(run: Run, article: Article): Promise<void> {
    const { key } = this.wording;
    const title = `title ${this.ledger.next()}`;
    const value = await this.#value(run, article, key);
    await run(`UPDATE articles SET title = $2 WHERE ${key.column} = $1`, [value, title]);
    article.title = title;
  }

  async #stock(run: Run, article: Article, replaces: Article): Promise<void> {
    const { stocked, replaces: column } = this.wording;
    const place = `place ${this.ledger.next()}`;
    await run(
      `INSERT INTO stocks (place, ${stocked.column}, ${column.column}, amount)
       VALUES ($1, $2, $3, 5)`,
      [place, await this.#value(run, article, stocked), await this.#value(run, replaces, column)],
    );
    article.stocks.set(place, { place, amount: 5, replaces });
  }

  async #move(run: Run, article: Article, other: Article): Promise<void> {
    const { tagged } = this.wording;
    const target = other.isSeed ? article : other;
    const value = await this.#value(run, target, tagged);
    const [label] = article.tags;
    if (label === undefined) {
      const added = `load ${this.ledger.next()}`;
      await run(`INSERT INTO tags (${tagged.column}, label) VALUES ($1, $2)`, [value, added]);
      target.tags.add(added);
      return;
    }
    const from = await this.#value(run, article, tagged);
    await run(`UPDATE tags SET ${tagged.column} = $3 WHERE ${tagged.column} = $1 AND label = $2`, [
      from,
      label,
      value,
    ]);
    article.tags.delete(label);
    target.tags.add(label);
  }

  async #adopt(run: Run, article: Article, other: Article): Promise<void> {
    const { key, parent } = this.wording;
    const next = Math.random() < 0.3 ? null : other;
    await run(`UPDATE articles SET ${parent.column} = $2 WHERE ${key.column} = $1`, [
      await this.#value(run, article, key),
      next && (await this.#value(run, next, parent)),
    ]);
    this.ledger.setParent(article, next);
  }

  async #replace(run: Run, article: Article, other: Article): Promise<void> {
    const { stocked, replaces } = this.wording;
    const [stock] = article.stocks.values();
    if (!stock) return this.#stock(run, article, other);
    const values = [
      await this.#value(run, article, stocked),
      stock.place,
      await this.#value(run, other, replaces),
    ];
    await run(
      `UPDATE stocks SET ${replaces.column} = $3, amount = amount + 1
       WHERE ${stocked.column} = $1 AND place = $2`,
      values,
    );
    stock.amount += 1;
    stock.replaces = other;
  }

  async #remove(run: Run): Promise<void> {
    const { key } = this.wording;
    const isFree = ({ tags, children }: Article) => tags.size + children === 0;
    const article = this.ledger.take(isFree);
    if (!article) return this.insert(run);
    const value = await this.#value(run, article, key);
    await run(`DELETE FROM articles WHERE ${key.column} = $1`, [value]);
    this.ledger.remove(article);
  }

  async #readAll(run: Run, article: Article): Promise<void> {
    const { stocks, title, code } = article;
    const row = await this.#read(run, article);
    const all = `${row?.['stocks']} stocks, ${row?.['title']}`;
    if (all !== `${stocks.size} stocks, ${title}`) this.wrong(`${code} with ${all}`);
  }

  async #read(run: Run, article: Article): Promise<Row | undefined> {
    const { key, stocked } = this.wording;
    const joined = stocked.by === 'id' ? 'a.id' : `a.${key.column}`;
    const [row] = await run(
      `SELECT a.code, a.title, (SELECT count(*)::text FROM stocks s
         WHERE s.${stocked.column} = ${joined}) AS stocks
       FROM articles a WHERE a.${key.column} = $1`,
      [await this.#value(run, article, key)],
    );
    if (row?.['code'] !== article.code) this.wrong(`${row?.['code']} in place of ${article.code}`);
    return row;
  }

  get #keys(): string {
    const { added } = this.wording;
    return `id::text AS id${added === null ? '' : `, ${added}::text AS added`}`;
  }

  #add(row: Row, code: string, parent: Article | null): Article {
    const article = articleOf(code, row['id']!);
    Object.assign(article, { title: code, added: row['added'] });
    this.ledger.setParent(article, parent);
    this.ledger.add(article);
    return article;
  }

  async #number(run: Run): Promise<string> {
    const [row] = await run(`SELECT nextval('articles_id_seq')::text AS id`);
    return row!['id']!;
  }

  /** The value by which a column names an article; a new key is asked for once. */
  async #value(run: Run, article: Article, { by }: NamedReference): Promise<string> {
    if (by === 'id') return article.id;
    if (article.added !== undefined) return article.added;
    const { added } = this.wording;
    const text = `SELECT ${added}::text AS added FROM articles WHERE id = $1`;
    const [row] = await run(text, [article.id]);
    return (article.added = row!['added']!);
  }

  async #with(run: Run, work: (article: Article) => Promise<void>): Promise<void> {
    const article = this.ledger.take();
    if (!article) return this.insert(run);
    await work(article).finally(() => this.ledger.release(article));
  }

  #between(run: Run, work: (article: Article, other: Article) => Promise<void>): Promise<void> {
    return this.#with(run, async (article) => {
      const other = this.ledger.target();
      await work(article, other).finally(() => this.ledger.release(other));
    });
  }
}
