#include "json/reader.h"

#include <charconv>
#include <cstring>

#include "base/check.h"
#include "base/utf8.h"
#include "json/cursor.h"
#include "json/structure.h"

namespace penstock::json {
namespace {

// Of the index, between two texts, also where nobody calls shrink().
constexpr std::size_t kIndexKeptBytes = 4 << 20;

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r") == std::string_view::npos;
}

}  // namespace

Result<std::string_view> Value::string() {
  if (kind_ != Kind::kString) return fail(ErrorCode::kRejected, "read JSON: not a text");
  if (is_escaped_) {
    text_ = cursor_->unescape(text_);
    is_escaped_ = false;
  }
  return text_;
}

Result<std::int64_t> Value::integer() {
  if (kind_ != Kind::kNumber) return fail(ErrorCode::kRejected, "read JSON: not a number");
  std::int64_t number = 0;
  const char* end = raw_.data() + raw_.size();
  const auto read = std::from_chars(raw_.data(), end, number);
  if (read.ec != std::errc() || read.ptr != end) {
    return fail(ErrorCode::kRejected, "read JSON: not an integer of 64 bits");
  }
  return number;
}

Result<double> Value::number() {
  if (kind_ != Kind::kNumber) return fail(ErrorCode::kRejected, "read JSON: not a number");
  double number = 0;
  const auto read = std::from_chars(raw_.data(), raw_.data() + raw_.size(), number);
  if (read.ec != std::errc()) return fail(ErrorCode::kRejected, "read JSON: number out of range");
  return number;
}

Result<bool> Value::boolean() {
  if (kind_ != Kind::kBool) return fail(ErrorCode::kRejected, "read JSON: not true or false");
  return raw_.front() == 't';
}

Result<void> Value::members(FunctionRef<Result<void>(std::string_view key, Value& value)> visit) {
  if (kind_ != Kind::kObject) return fail(ErrorCode::kRejected, "read JSON: not an object");
  Cursor& cursor = *cursor_;
  PENSTOCK_CHECK(cursor.is_at(token_) || !cursor.is_good());
  if (!cursor.descend()) return cursor.state();
  if (cursor.peek() != '}') {
    std::string_view name;
    Value value;
    do {
      if (!cursor.pass_plain_member(name, value) &&
          (!cursor.pass_name(name) || !cursor.enter(value))) {
        return cursor.state();
      }
      if (const auto visited = visit(name, value); !visited) cursor.keep(visited.error());
      if (!cursor.leave(value)) return cursor.state();
    } while (cursor.pass_comma('}'));
  }
  if (!cursor.ascend()) return cursor.state();
  return {};
}

Result<void> Value::elements(FunctionRef<Result<void>(Value& value)> visit) {
  if (kind_ != Kind::kArray) return fail(ErrorCode::kRejected, "read JSON: not an array");
  Cursor& cursor = *cursor_;
  PENSTOCK_CHECK(cursor.is_at(token_) || !cursor.is_good());
  if (!cursor.descend()) return cursor.state();
  if (cursor.peek() != ']') {
    do {
      Value value;
      if (!cursor.enter(value)) return cursor.state();
      if (const auto visited = visit(value); !visited) cursor.keep(visited.error());
      if (!cursor.leave(value)) return cursor.state();
    } while (cursor.pass_comma(']'));
  }
  if (!cursor.ascend()) return cursor.state();
  return {};
}

Result<void> Value::pass(std::uint32_t depth_max, std::string* out) {
  if (!cursor_->is_good()) return cursor_->state();
  PENSTOCK_CHECK(cursor_->is_at(token_));
  return cursor_->pass_container(depth_max, out);
}

Result<void> Value::append_to(std::string& out, std::uint32_t depth_max) {
  if (kind_ == Kind::kObject || kind_ == Kind::kArray) return pass(depth_max, &out);
  if (has_lone_surrogate_) {
    append_paired(out, raw_);
  } else {
    out += raw_;
  }
  return {};
}

Result<std::string_view> Value::raw(std::uint32_t depth_max) {
  if (kind_ == Kind::kObject || kind_ == Kind::kArray) {
    PENSTOCK_TRY(pass(depth_max, nullptr));
    return cursor_->passed_since(raw_.data());
  }
  return raw_;
}

void Value::rewind() {
  if (kind_ == Kind::kObject || kind_ == Kind::kArray) cursor_->go_back(*this);
}

struct Reader::State {
  Structure structure;
  Cursor cursor;
  std::size_t error_offset = 0;
  bool failed_on_syntax = false;

  // `offset` is within the document, which begins at `base`.
  tl::unexpected<Error> fail_on_syntax(Error error, std::size_t base, std::size_t offset) {
    failed_on_syntax = true;
    error_offset = base + offset;
    error.native = static_cast<std::int64_t>(offset);
    return fail(error);
  }
};

Reader::Reader() : state_(std::make_unique<State>()) {}
Reader::~Reader() = default;

Result<void> Reader::read_document(std::string_view marked_text, std::size_t base,
                                   FunctionRef<Result<void>(Value& root)> visit) {
  const std::string_view text = without_byte_order_mark(marked_text);
  const std::size_t mark_bytes = marked_text.size() - text.size();
  const auto tokens = state_->structure.index(text);
  if (!tokens) {
    const auto offset = mark_bytes + static_cast<std::size_t>(tokens.error().native);
    return state_->fail_on_syntax(tokens.error(), base, offset);
  }
  state_->failed_on_syntax = false;
  Cursor& cursor = state_->cursor;
  cursor.start(text, *tokens);
  Value root;
  if (cursor.enter(root)) {
    if (const auto visited = visit(root); !visited) cursor.keep(visited.error());
    if (cursor.leave(root) && cursor.end()) return {};
  }
  const auto state = cursor.state();
  if (const auto fault = cursor.fault_offset()) {
    return state_->fail_on_syntax(state.error(), base, mark_bytes + *fault);
  }
  return state;
}

Result<void> Reader::read(std::string_view text, FunctionRef<Result<void>(Value& root)> visit) {
  const auto read = read_document(text, 0, visit);
  state_->structure.shrink(kIndexKeptBytes);
  return read;
}

Result<void> Reader::read_lines(
    std::string_view text, FunctionRef<Result<void>(std::size_t line, Value& root)> visit,
    const FunctionRef<Result<void>(std::size_t line, const Error& error)>* on_bad_line) {
  Result<void> outcome;
  std::size_t number = 0;
  for (std::size_t begin = 0; begin < text.size() && outcome; ++number) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (!is_blank(without_byte_order_mark(line))) {
      outcome = read_document(line, begin,
                              [&](Value& root) -> Result<void> { return visit(number, root); });
      if (!outcome && on_bad_line != nullptr) outcome = (*on_bad_line)(number, outcome.error());
    }
    begin = end + 1;
  }
  state_->structure.shrink(kIndexKeptBytes);
  return outcome;
}

std::size_t Reader::shrink(std::size_t keep_bytes) {
  return state_->structure.shrink(keep_bytes) + state_->cursor.shrink(keep_bytes);
}

bool Reader::failed_on_syntax() const { return state_->failed_on_syntax; }
std::size_t Reader::error_offset() const { return state_->error_offset; }

}  // namespace penstock::json
