// Answers with their tags, by the question: those asked for last, so many at most.
interface Tagged<T> {
  tag: string;
  answer: T;
}

export class Kept<T> {
  private readonly byUrl = new Map<string, Tagged<T>>();  // In the order of their last use.

  constructor(private readonly most: number) {}

  find(url: string): Tagged<T> | undefined {
    const found = this.byUrl.get(url);
    if (found !== undefined) this.store(url, found);
    return found;
  }

  // An answer without a tag is not kept, nor is the one before it.
  put(url: string, tag: string | null, answer: T): void {
    if (tag === null) {
      this.byUrl.delete(url);
      return;
    }
    this.store(url, {tag, answer});
    const [oldest] = this.byUrl.keys();
    if (this.byUrl.size > this.most && oldest !== undefined) this.byUrl.delete(oldest);
  }

  clear(): void {
    this.byUrl.clear();
  }

  private store(url: string, tagged: Tagged<T>): void {
    this.byUrl.delete(url);
    this.byUrl.set(url, tagged);
  }
}
