#include "json/cursor.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"

namespace penstock::json {
namespace {

constexpr const char* kNoName = "read JSON: a member's name is missing";
constexpr const char* kNoColon = "read JSON: a colon is missing";
constexpr const char* kNoComma = "read JSON: a comma or the end is missing";
constexpr const char* kNoValue = "read JSON: not a value";
constexpr const char* kTooDeep = "read JSON: nested too deep";

// A string that is moved must leave its characters where they are: it is never a short one.
constexpr std::size_t kUnescapedBytesMin = 64;

bool is_white(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::string_view body_of(std::string_view string_token) {
  return {string_token.data() + 1, string_token.size() - 2};
}

// `end` where there is none.
const char* find_backslash(const char* begin, const char* end) {
  const auto bytes = static_cast<std::size_t>(end - begin);
  const void* found = bytes == 0 ? nullptr : std::memchr(begin, '\\', bytes);
  return found == nullptr ? end : static_cast<const char*>(found);
}

// Which containers are open, a bit each, so that passing over a value needs no recursion.
class OpenContainers {
 public:
  std::uint32_t count() const { return count_; }
  // False, and no bracket, where none is open.
  bool is_object() const { return closer_ == '}'; }
  char closer() const { return closer_; }
  void push(bool is_object) {
    std::uint64_t& word = bits_[count_ / 64];
    const std::uint64_t bit = std::uint64_t{1} << (count_ % 64);
    word = is_object ? word | bit : word & ~bit;
    ++count_;
    closer_ = is_object ? '}' : ']';
  }
  void pop() {
    if (--count_ == 0) return;
    const std::uint32_t last = count_ - 1;
    closer_ = (bits_[last / 64] >> (last % 64) & 1) != 0 ? '}' : ']';
  }

 private:
  std::array<std::uint64_t, Cursor::kDepthMax / 64> bits_;
  std::uint32_t count_ = 0;
  char closer_ = '\0';
};

}  // namespace

// Copies a value's text but for the white space in it: one piece for as long as there is none.
class Cursor::Copy {
 public:
  // `out` may be null: then nothing is copied. `text_end` is that of the whole document.
  Copy(std::string* out, const char* begin, const char* text_end)
      : out_(out),
        out_begin_(out == nullptr ? 0 : out->size()),
        begin_(begin),
        last_short_(text_end - begin >= kShortBytes ? text_end - kShortBytes : nullptr) {}

  // What lies between the two is left out. Where there is no white space, never: no part of a loop.
  [[gnu::noinline]] void leave_out(const char* begin, const char* end) {
    const std::ptrdiff_t bytes = begin - begin_;
    if (bytes > kShortBytes || begin_ > last_short_ || gathered_bytes_ > kGatheredBytesMax) {
      return leave_out_any(begin, end);
    }
    // Nearly all are short: always as many bytes, without a look at how many there are.
    std::memcpy(gathered_ + gathered_bytes_, begin_, kShortBytes);
    gathered_bytes_ += static_cast<std::size_t>(bytes);
    begin_ = end;
  }
  // `token`, a string, goes in with its halves of surrogate pairs mended; what follows begins at
  // `rest`.
  void mend(std::string_view token, const char* rest) {
    if (out_ == nullptr) return;
    gather(token.data());
    send();
    append_paired(*out_, token);
    begin_ = rest;
  }
  void finish(const char* end) {
    if (out_ == nullptr) return;
    if (begin_ < end) gather(end);
    send();
  }
  void undo() {
    if (out_ != nullptr) out_->resize(out_begin_);
  }

 private:
  // The pieces are many and short where there is white space; they leave together.
  void gather(const char* end) {
    const auto bytes = static_cast<std::size_t>(end - begin_);
    if (bytes > sizeof gathered_ - gathered_bytes_) send();
    if (bytes > sizeof gathered_) {
      out_->append(begin_, bytes);
      return;
    }
    copy_short(gathered_ + gathered_bytes_, begin_, bytes);
    gathered_bytes_ += bytes;
  }
  [[gnu::noinline]] void leave_out_any(const char* begin, const char* end) {
    if (out_ == nullptr) {
      gathered_bytes_ = 0;
    } else {
      gather(begin);
    }
    begin_ = end;
  }
  void send() {
    if (gathered_bytes_ == 0) return;
    out_->append(gathered_, gathered_bytes_);
    gathered_bytes_ = 0;
  }

  static constexpr std::ptrdiff_t kShortBytes = 16;
  // Before another short piece.
  static constexpr std::size_t kGatheredBytesMax = 256;

  std::string* out_;
  std::size_t out_begin_;
  const char* begin_;             // Of the piece that goes on.
  const char* const last_short_;  // Behind it a short piece may run past the text.
  std::size_t gathered_bytes_ = 0;
  char gathered_[kGatheredBytesMax + kShortBytes];
};

// The cursor's place while it passes a container, in registers. The cursor itself stays behind
// until settle().
class Cursor::Walk {
 public:
  // Borrows both.
  Walk(Cursor& cursor, Copy& copy)
      : cursor_(cursor),
        copy_(copy),
        text_(cursor.text_),
        token_(cursor.tokens_ + cursor.next_),
        end_(cursor.tokens_ + cursor.count_) {}

  char peek() const { return token_ != end_ ? text_[*token_] : '\0'; }
  // A token of one byte.
  void pass_mark() {
    last_ = text_ + *token_ + 1;
    ++token_;
    if (const char* const next = next_token(); next != last_) copy_.leave_out(last_, next);
  }
  bool pass_name() {
    if (pass_plain_name()) return true;
    if (peek() != '"') return refuse(kNoName);
    if (!pass_scalar()) return false;
    if (peek() != ':') return refuse(kNoColon);
    pass_mark();
    return true;
  }
  bool pass_scalar() { return pass_plain_string() || pass_any_scalar(); }

  // Returns false.
  bool refuse(const char* step) {
    settle();
    return cursor_.refuse(step);
  }
  // Behind the last mark that was passed.
  const char* last() const { return last_; }
  void settle() { cursor_.next_ = static_cast<std::size_t>(token_ - cursor_.tokens_); }

 private:
  // Where there is no other token, the place behind the last one.
  const char* next_token() const { return token_ != end_ ? text_ + *token_ : last_; }

  // See Cursor::pass_plain_string() and pass_plain_member().
  bool pass_plain_string() {
    if (end_ - token_ < 2) return false;
    const char* const next = text_ + token_[1];
    if (text_[token_[0]] != '"' || next[-1] != '"' || next > cursor_.backslash_) return false;
    ++token_;
    return true;
  }
  bool pass_plain_name() {
    if (end_ - token_ < 3) return false;
    const char* const colon = text_ + token_[1];
    if (text_[token_[0]] != '"' || *colon != ':' || colon[-1] != '"') return false;
    if (colon > cursor_.backslash_) return false;
    ++token_;
    pass_mark();
    return true;
  }
  bool pass_any_scalar() {
    settle();
    if (!cursor_.pass_scalar(copy_)) return false;
    ++token_;
    return true;
  }

  Cursor& cursor_;
  Copy& copy_;
  const char* const text_;
  const std::uint32_t* token_;
  const std::uint32_t* const end_;
  const char* last_ = nullptr;
};

void Cursor::start(std::string_view text, std::span<const std::uint32_t> tokens) {
  text_ = text.data();
  text_bytes_ = text.size();
  tokens_ = tokens.data();
  count_ = tokens.size();
  next_ = 0;
  depth_ = 0;
  error_.reset();
  fault_offset_.reset();
  unescaped_.clear();
  outgrown_.clear();
  backslash_ = find_backslash(text_, text_ + text_bytes_);
}

Result<void> Cursor::state() const {
  if (error_) return fail(*error_);
  return {};
}

void Cursor::keep(const Error& error) {
  if (!error_) error_ = error;
}

bool Cursor::refuse(const char* step) {
  if (error_) return false;
  fault_offset_ = next_ < count_ ? tokens_[next_] : text_bytes_;
  error_ = Error{ErrorCode::kRejected, static_cast<std::int64_t>(*fault_offset_), step};
  return false;
}

// From the next token to the one after it, without the white space between. Requires a token.
inline std::string_view Cursor::token_text() const {
  const std::size_t begin = tokens_[next_];
  std::size_t end = next_ + 1 < count_ ? tokens_[next_ + 1] : text_bytes_;
  while (is_white(text_[end - 1])) --end;
  return {text_ + begin, end - begin};
}

// The usual string, without escapes or white space behind it, in fewer steps than pass_scalar().
// Nullopt, and nothing passed: it is not of that kind.
inline std::optional<std::string_view> Cursor::pass_plain_string() {
  if (next_ + 1 >= count_) return std::nullopt;
  const char* const begin = text_ + tokens_[next_];
  const char* const end = text_ + tokens_[next_ + 1];
  // Structure has seen that the string is closed, so that this quote is not the one that opens it.
  if (*begin != '"' || end[-1] != '"' || end > backslash_) return std::nullopt;
  ++next_;
  return std::string_view(begin, static_cast<std::size_t>(end - begin));
}

inline bool Cursor::pass_scalar(Scalar& scalar) {
  if (next_ >= count_) return refuse("read JSON: the text ends too early");
  const std::string_view token = token_text();
  scalar.token = token;
  scalar.form = StringForm::kPlain;
  switch (token.front()) {
    case '"':
      PENSTOCK_CHECK(token.size() >= 2 && token.back() == '"');
      scalar.kind = Kind::kString;
      if (token.data() + token.size() <= backslash_) break;
      scalar.form = string_form(body_of(token));
      if (scalar.form == StringForm::kInvalid) return refuse("read JSON: a bad escape in a string");
      backslash_ = find_backslash(token.data() + token.size(), text_ + text_bytes_);
      break;
    case 't':
    case 'f':
      scalar.kind = Kind::kBool;
      if (token != "true" && token != "false") return refuse(kNoValue);
      break;
    case 'n':
      scalar.kind = Kind::kNull;
      if (token != "null") return refuse(kNoValue);
      break;
    default:
      scalar.kind = Kind::kNumber;
      if (!is_number(token)) return refuse(kNoValue);
      break;
  }
  ++next_;
  return true;
}

bool Cursor::enter(Value& value) {
  value.cursor_ = this;
  value.token_ = next_;
  if (const auto token = pass_plain_string()) {
    value.kind_ = Kind::kString;
    value.is_escaped_ = value.has_lone_surrogate_ = false;
    value.raw_ = *token;
    value.text_ = body_of(*token);
    return true;
  }
  const char first = peek();
  if (first == '{' || first == '[') {
    value.kind_ = first == '{' ? Kind::kObject : Kind::kArray;
    value.raw_ = {text_ + tokens_[next_], text_bytes_ - tokens_[next_]};
    value.backslash_ = backslash_;
    return true;
  }
  Scalar scalar;
  if (!pass_scalar(scalar)) return false;
  value.kind_ = scalar.kind;
  value.raw_ = scalar.token;
  if (scalar.kind == Kind::kString) {
    value.text_ = body_of(scalar.token);
    value.is_escaped_ = scalar.form != StringForm::kPlain;
    value.has_lone_surrogate_ = scalar.form == StringForm::kLoneSurrogate;
  }
  return true;
}

// Without a step for each token: the usual member of an event.
bool Cursor::pass_plain_member(std::string_view& name, Value& value) {
  if (count_ - next_ <= 3) return false;
  const std::uint32_t* const token = tokens_ + next_;
  const char* const name_begin = text_ + token[0];
  const char* const colon = text_ + token[1];
  const char* const begin = text_ + token[2];
  const char* const end = text_ + token[3];
  if (*name_begin != '"' || *colon != ':' || *begin != '"' || end > backslash_) return false;
  // Structure has seen that strings are closed, so that these are not the ones that open them.
  if (colon[-1] != '"' || end[-1] != '"') return false;
  name = {name_begin + 1, static_cast<std::size_t>(colon - name_begin) - 2};
  value.cursor_ = this;
  value.token_ = next_ + 2;
  value.kind_ = Kind::kString;
  value.is_escaped_ = value.has_lone_surrogate_ = false;
  value.raw_ = {begin, static_cast<std::size_t>(end - begin)};
  value.text_ = {begin + 1, value.raw_.size() - 2};
  next_ += 3;
  return true;
}

bool Cursor::pass_name(std::string_view& name) {
  if (const auto token = pass_plain_string()) {
    name = body_of(*token);
  } else {
    if (peek() != '"') return refuse(kNoName);
    Scalar scalar;
    if (!pass_scalar(scalar)) return false;
    name = body_of(scalar.token);
    if (scalar.form != StringForm::kPlain) name = unescape(name);
  }
  if (peek() != ':') return refuse(kNoColon);
  ++next_;
  return true;
}

bool Cursor::refuse_comma() { return refuse(kNoComma); }

bool Cursor::descend() {
  if (error_) return false;
  if (depth_ >= kDepthMax) return refuse(kTooDeep);
  ++depth_;
  ++next_;
  return true;
}

bool Cursor::ascend() {
  if (error_) return false;
  --depth_;
  ++next_;
  return depth_ > 0 || end();
}

bool Cursor::end() {
  if (error_) return false;
  return next_ >= count_ || refuse("read JSON: more text after the document");
}

// Not a Walk's, which would have to leave the registers for it.
bool Cursor::pass_scalar(Copy& copy) {
  Scalar scalar;
  if (!pass_scalar(scalar)) return false;
  const char* const end = scalar.token.data() + scalar.token.size();
  const char* const next = next_ < count_ ? text_ + tokens_[next_] : end;
  if (scalar.form == StringForm::kLoneSurrogate) {
    copy.mend(scalar.token, next);
  } else if (next != end) {
    copy.leave_out(end, next);
  }
  return true;
}

Result<void> Cursor::pass_container(std::uint32_t depth_max, std::string* out) {
  bool is_too_deep = false;
  OpenContainers open;
  Copy copy(out, text_ + tokens_[next_], text_ + text_bytes_);
  Walk walk(*this, copy);
  while (true) {
    if (open.is_object() && !walk.pass_name()) return state();
    const char first = walk.peek();
    if (first == '{' || first == '[') {
      if (depth_ + open.count() >= kDepthMax) {
        walk.refuse(kTooDeep);
        return state();
      }
      is_too_deep = is_too_deep || open.count() >= depth_max;
      open.push(first == '{');
      walk.pass_mark();
      if (walk.peek() != open.closer()) continue;
    } else if (!walk.pass_scalar()) {
      return state();
    }
    while (open.count() > 0 && walk.peek() == open.closer()) {
      open.pop();
      walk.pass_mark();
    }
    if (open.count() == 0) break;
    if (walk.peek() != ',') {
      walk.refuse(kNoComma);
      return state();
    }
    walk.pass_mark();
  }

  walk.settle();
  copy.finish(walk.last());
  if (depth_ == 0 && !end()) return state();
  if (is_too_deep) {
    copy.undo();
    return fail(ErrorCode::kRejected, kTooDeep);
  }
  return {};
}

std::string_view Cursor::passed_since(const char* begin) const {
  PENSTOCK_CHECK(next_ > 0);
  return {begin, static_cast<std::size_t>(text_ + tokens_[next_ - 1] + 1 - begin)};
}

std::string_view Cursor::unescape(std::string_view body) {
  // All unescaped texts of a document are together no longer than it, so the buffer never moves
  // while views of it are out. Those that are read again may take another.
  const bool is_within_itself = unescaped_.capacity() < kUnescapedBytesMin;
  if (is_within_itself || unescaped_.capacity() - unescaped_.size() < body.size()) {
    if (!unescaped_.empty()) outgrown_.push_back(std::move(unescaped_));
    unescaped_.clear();
    unescaped_.reserve(std::max(text_bytes_, kUnescapedBytesMin));
  }
  const std::size_t begin = unescaped_.size();
  append_unescaped(unescaped_, body);
  return std::string_view(unescaped_).substr(begin);
}

}  // namespace penstock::json
