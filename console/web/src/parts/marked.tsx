// A text whose parts between backticks are code. Everything is put in as text.

export function Marked({text}: {text: string}) {
  return <>{text.split('`').map((part, i) => i % 2 === 1 ? <code key={i}>{part}</code> : part)}</>;
}
