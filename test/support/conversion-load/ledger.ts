/** A stock of an article, as it was acknowledged last. */
export interface Stock {
  readonly place: string;
  amount: number;
  replaces: Article | null;
}

/** An article as it was acknowledged last. While an operation has it, no other takes it. */
export interface Article {
  readonly code: string;
  readonly isSeed: boolean;
  id: string;
  added: string | undefined;
  title: string;
  parent: Article | null;
  children: number;
  readonly tags: Set<string>;
  readonly stocks: Map<string, Stock>;
  isTaken: boolean;
}

/** What clients know of the tables: every write that was acknowledged, and nothing else. */
export class Ledger {
  readonly articles: Article[] = [];
  readonly seeds: Article[];
  /** How often the amount of a seed's stock was raised. */
  readonly raised = new Map<string, number>();
  #last = 0;

  constructor(seeds: readonly { readonly id: string; readonly code: string }[]) {
    this.seeds = seeds.map(({ id, code }) => articleOf(code, id, true));
  }

  next(): number {
    return (this.#last += 1);
  }

  add(article: Article): void {
    this.articles.push(article);
  }

  /** Takes an article that nobody has, and that fits; several are tried. */
  take(fits: (article: Article) => boolean = () => true): Article | undefined {
    for (let attempt = 0; attempt < 20; attempt += 1) {
      const found = this.articles[Math.floor(Math.random() * this.articles.length)];
      if (!found || found.isTaken || !fits(found)) continue;
      found.isTaken = true;
      return found;
    }
    return undefined;
  }

  /** An article to refer to: mostly one that is never deleted. */
  target(): Article {
    return (Math.random() < 0.3 ? this.take() : undefined) ?? this.seed();
  }

  seed(): Article {
    return this.seeds[Math.floor(Math.random() * this.seeds.length)]!;
  }

  release(...articles: readonly (Article | undefined)[]): void {
    for (const article of articles) if (article) article.isTaken = false;
  }

  setParent(article: Article, parent: Article | null): void {
    if (article.parent) article.parent.children -= 1;
    if (parent) parent.children += 1;
    article.parent = parent;
  }

  /** Deletes an article with its stocks; stocks that replace it replace nothing. */
  remove(article: Article): void {
    this.setParent(article, null);
    this.articles.splice(this.articles.indexOf(article), 1);
    for (const other of this.articles) {
      for (const stock of other.stocks.values()) {
        if (stock.replaces === article) stock.replaces = null;
      }
    }
  }

  raise({ code }: Article): void {
    this.raised.set(code, (this.raised.get(code) ?? 0) + 1);
  }
}

/** An article of which nothing but its key is known. */
export function articleOf(code: string, id: string, isSeed = false): Article {
  const nothing = { added: undefined, title: '', parent: null, children: 0 };
  return { code, id, isSeed, ...nothing, tags: new Set(), stocks: new Map(), isTaken: false };
}
