#include "import/split/dump.h"

#include <algorithm>

#include "base/text.h"

namespace penstock::importing {
namespace {

// Of a statement's line, up to its values: names of a table and its columns.
constexpr std::size_t kHeadBytesMax = 65'536;
constexpr std::size_t kTablesMax = 1'000;

bool begins_with(std::string_view text, std::string_view word) {
  return text.size() >= word.size() && equals_ignoring_case(text.substr(0, word.size()), word);
}

std::string_view unquoted(std::string_view name) {
  name = trim(name);
  if (name.size() >= 2 && (name.front() == '"' || name.front() == '`')) {
    name = name.substr(1, name.size() - 2);
  }
  return name;
}

// "website_event" of `public."website_event" (`.
std::string_view table_name(std::string_view text) {
  text = trim(text);
  std::string_view name = text.substr(0, text.find_first_of(" ("));
  if (const auto dot = name.rfind('.'); dot != std::string_view::npos) name.remove_prefix(dot + 1);
  return unquoted(name);
}

// Of "(a, `b`, "c")"; none where there is no list.
std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> names;
  const auto open = text.find('(');
  const auto close = text.find(')');
  if (open == std::string_view::npos || close == std::string_view::npos || close < open) {
    return names;
  }
  std::string_view list = text.substr(open + 1, close - open - 1);
  while (names.size() < kColumnsMax) {
    const auto comma = list.find(',');
    names.emplace_back(unquoted(list.substr(0, comma)));
    if (comma == std::string_view::npos) break;
    list.remove_prefix(comma + 1);
  }
  return names;
}

// What a letter behind a backslash stands for.
char unescaped(char c) {
  switch (c) {
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'b':
      return '\b';
    case '0':
      return '\0';
    default:
      return c;
  }
}

}  // namespace

bool begins_like_dump(std::string_view beginning) {
  const auto first = beginning.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return false;
  const std::string_view text = beginning.substr(first);
  for (const std::string_view word :
       {"--", "/*", "\\", "COPY ", "INSERT ", "CREATE ", "SET ", "DROP ", "BEGIN", "LOCK "}) {
    if (begins_with(text, word)) return true;
  }
  return false;
}

void DumpSplitter::put(char c) {
  if (texts_.size() >= kRowBytesMax) is_too_long_ = true;
  if (!is_too_long_) texts_ += c;
}

void DumpSplitter::begin_row() {
  texts_.clear();
  parts_.clear();
  cell_begin_ = 0;
  was_quoted_ = false;
  is_too_long_ = false;
  begun_at_ = number_;
}

void DumpSplitter::end_cell() {
  std::string_view text = std::string_view(texts_).substr(cell_begin_);
  std::size_t begin = cell_begin_;
  std::size_t end = texts_.size();
  if (!was_quoted_) {
    while (begin < end && texts_[begin] == ' ') ++begin;
    while (end > begin && texts_[end - 1] == ' ') --end;
    text = std::string_view(texts_).substr(begin, end - begin);
    if (equals_ignoring_case(text, "NULL")) end = begin;
  }
  if (parts_.size() <= kColumnsMax) parts_.push_back({begin, end});
  put('\x1f');
  cell_begin_ = texts_.size();
  was_quoted_ = false;
}

void DumpSplitter::end_row(RowSink& sink) {
  if (is_too_long_) return sink.on_bad_row(begun_at_, kTooLong);
  if (columns_.empty()) {
    return sink.on_bad_row(begun_at_, "is of a table whose columns nothing before it names");
  }
  if (parts_.size() != columns_.size()) {
    return sink.on_bad_row(begun_at_, "has not as many values as its table has columns");
  }
  cells_.clear();
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    const Part& part = parts_[i];
    cells_.push_back(
        {columns_[i], std::string_view(texts_).substr(part.begin, part.end - part.begin)});
  }
  sink.on_row({.text = texts_, .cells = cells_, .table = table_, .line = begun_at_});
}

void DumpSplitter::begin_copy(std::string_view line) {
  table_ = table_name(line.substr(5));
  columns_ = names_in(line);
  state_ = State::kCopy;
}

// "  `event_id` varchar(36) NOT NULL," between "CREATE TABLE `website_event` (" and ")".
void DumpSplitter::take_create_line(std::string_view line) {
  Columns& columns = created_[created_table_];
  line = trim(line);
  if (line.starts_with(')')) return created_table_.clear();
  if (line.empty() || columns.size() == kColumnsMax) return;
  if (line.front() != '`' && line.front() != '"') return;  // A key or a constraint.
  const auto end = line.find(line.front(), 1);
  if (end != std::string_view::npos) columns.emplace_back(line.substr(1, end - 1));
}

void DumpSplitter::take_statement_line(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  if (!created_table_.empty()) return take_create_line(line);
  if (begins_with(line, "COPY ") && trim(line).ends_with("FROM stdin;")) return begin_copy(line);
  if (begins_with(line, "CREATE TABLE ") && line.ends_with('(') && created_.size() < kTablesMax) {
    std::string_view name = line.substr(13);
    if (begins_with(name, "IF NOT EXISTS ")) name.remove_prefix(14);
    created_table_ = table_name(name);
    created_[created_table_].clear();
  }
}

// Whether the line so far ends before the first row's "(".
bool DumpSplitter::begin_insert() {
  constexpr std::string_view kInsert = "INSERT INTO ";
  constexpr std::string_view kValues = "VALUES";
  const std::string_view head = trim(line_);
  if (!begins_with(head, kInsert) || head.size() < kInsert.size() + kValues.size()) return false;
  if (!equals_ignoring_case(head.substr(head.size() - kValues.size()), kValues)) return false;
  const std::string_view names = head.substr(kInsert.size());
  table_ = table_name(names);
  columns_ = names_in(names);
  has_escapes_ = names.starts_with('`');
  if (const auto created = created_.find(table_); columns_.empty() && created != created_.end()) {
    columns_ = created->second;
  }
  return true;
}

void DumpSplitter::take_line_byte(char c, RowSink& sink) {
  if (c == '\n' && state_ == State::kCopy) {
    take_copy_row(sink);
    line_.clear();
    is_too_long_ = false;
  } else if (c == '\n') {
    const bool goes_on = begins_with(line_, "INSERT INTO ") && !line_.ends_with(';');
    if (goes_on && line_.size() < kHeadBytesMax) {
      line_ += ' ';
      return;
    }
    take_statement_line(line_);
    line_.clear();
    is_too_long_ = false;
  } else if (c == '(' && state_ == State::kLine && begin_insert()) {
    line_.clear();
    begin_row();
    state_ = State::kValue;
  } else if (line_.size() < (state_ == State::kCopy ? kRowBytesMax : kHeadBytesMax)) {
    line_ += c;
  } else {
    is_too_long_ = true;
  }
}

void DumpSplitter::take_copy_row(RowSink& sink) {
  if (line_.ends_with('\r')) line_.pop_back();
  if (line_ == "\\.") {
    state_ = State::kLine;
    return;
  }
  const bool is_line_too_long = is_too_long_;
  begin_row();
  is_too_long_ = is_line_too_long;
  was_quoted_ = true;
  for (std::size_t i = 0; i < line_.size(); ++i) {
    const char c = line_[i];
    if (c == '\t') {
      end_cell();
      was_quoted_ = true;
    } else if (c != '\\' || i + 1 == line_.size()) {
      put(c);
    } else if (line_[++i] != 'N') {
      put(unescaped(line_[i]));
    }
  }
  end_cell();
  end_row(sink);
}

void DumpSplitter::take_quoted_byte(char c, RowSink& sink) {
  if (may_end_) {
    may_end_ = false;
    if (c == '\'') return put(c);
    state_ = State::kValue;
    return take_value_byte(c, sink);
  }
  if (is_escaped_) {
    is_escaped_ = false;
    return put(unescaped(c));
  }
  if (c == '\\' && has_escapes_) {
    is_escaped_ = true;
  } else if (c == '\'') {
    may_end_ = true;
  } else {
    put(c);
  }
}

void DumpSplitter::take_value_byte(char c, RowSink& sink) {
  if (c == '\'') {
    texts_.resize(std::min(texts_.size(), cell_begin_));  // "_binary " and the like.
    was_quoted_ = true;
    state_ = State::kQuoted;
  } else if (c == ',' || c == ')') {
    end_cell();
    if (c == ',') return;
    end_row(sink);
    state_ = State::kBetween;
  } else if (!was_quoted_ && c != '\n') {
    put(c);
  }
}

void DumpSplitter::feed(std::string_view bytes, RowSink& sink) {
  for (const char c : bytes) {
    switch (state_) {
      case State::kLine:
      case State::kCopy:
        take_line_byte(c, sink);
        break;
      case State::kBetween:
        if (c == '(') {
          begin_row();
          state_ = State::kValue;
        } else if (c == ';') {
          state_ = State::kLine;
        }
        break;
      case State::kValue:
        take_value_byte(c, sink);
        break;
      case State::kQuoted:
        take_quoted_byte(c, sink);
        break;
    }
    number_ += c == '\n' ? 1 : 0;
  }
}

void DumpSplitter::end(RowSink& sink) {
  if (state_ == State::kCopy || state_ == State::kValue || state_ == State::kQuoted) {
    sink.on_bad_row(state_ == State::kCopy ? number_ : begun_at_, "is where the dump is cut off");
  }
}

}  // namespace penstock::importing
