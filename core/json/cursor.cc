#include "json/cursor.h"

#include <array>
#include <cstring>

#include "base/check.h"

namespace penstock::json {
namespace {

constexpr const char* kNoName = "read JSON: a member's name is missing";
constexpr const char* kNoColon = "read JSON: a colon is missing";
constexpr const char* kNoComma = "read JSON: a comma or the end is missing";
constexpr const char* kNoValue = "read JSON: not a value";
constexpr const char* kTooDeep = "read JSON: nested too deep";

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
  // Requires an open one.
  bool is_object() const { return (bits_[(count_ - 1) / 64] >> ((count_ - 1) % 64) & 1) != 0; }
  char closer() const { return is_object() ? '}' : ']'; }
  void push(bool is_object) {
    std::uint64_t& word = bits_[count_ / 64];
    const std::uint64_t bit = std::uint64_t{1} << (count_ % 64);
    word = is_object ? word | bit : word & ~bit;
    ++count_;
  }
  void pop() { --count_; }

 private:
  std::array<std::uint64_t, Cursor::kDepthMax / 64> bits_;
  std::uint32_t count_ = 0;
};

}  // namespace

// Copies tokens that touch each other in one piece, so a text without white space is one copy.
class Cursor::Copy {
 public:
  explicit Copy(std::string* out) : out_(out), out_begin_(out == nullptr ? 0 : out->size()) {}

  void add(const char* token, std::size_t size) {
    if (token != end_) start(token);
    end_ = token + size;
  }
  // Adds a string token that must be changed.
  void add_paired(std::string_view token) {
    start(nullptr);
    if (out_ != nullptr) append_paired(*out_, token);
  }
  void finish() { start(nullptr); }
  void undo() {
    if (out_ != nullptr) out_->resize(out_begin_);
  }

 private:
  void start(const char* begin) {
    if (out_ != nullptr && end_ != begin_) {
      out_->append(begin_, static_cast<std::size_t>(end_ - begin_));
    }
    begin_ = begin;
    end_ = begin;
  }

  std::string* out_;
  std::size_t out_begin_;
  const char* begin_ = nullptr;
  const char* end_ = nullptr;
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

inline void Cursor::pass_token(Copy& copy) {
  copy.add(text_ + tokens_[next_], 1);
  ++next_;
}

inline bool Cursor::pass_scalar(Copy& copy) {
  if (const auto token = pass_plain_string()) {
    copy.add(token->data(), token->size());
    return true;
  }
  Scalar scalar;
  if (!pass_scalar(scalar)) return false;
  if (scalar.form == StringForm::kLoneSurrogate) {
    copy.add_paired(scalar.token);
  } else {
    copy.add(scalar.token.data(), scalar.token.size());
  }
  return true;
}

inline bool Cursor::pass_name(Copy& copy) {
  if (peek() != '"') return refuse(kNoName);
  if (!pass_scalar(copy)) return false;
  if (peek() != ':') return refuse(kNoColon);
  pass_token(copy);
  return true;
}

Result<void> Cursor::pass_container(std::uint32_t depth_max, std::string* out) {
  bool is_too_deep = false;
  OpenContainers open;
  Copy copy(out);
  do {
    const char first = peek();
    if (first == '{' || first == '[') {
      if (depth_ + open.count() >= kDepthMax) {
        refuse(kTooDeep);
        return state();
      }
      is_too_deep = is_too_deep || open.count() >= depth_max;
      open.push(first == '{');
      pass_token(copy);
      if (peek() != open.closer()) {
        if (open.is_object() && !pass_name(copy)) return state();
        continue;
      }
    } else if (!pass_scalar(copy)) {
      return state();
    }
    while (open.count() > 0 && peek() == open.closer()) {
      open.pop();
      pass_token(copy);
    }
    if (open.count() == 0) break;
    if (peek() != ',') {
      refuse(kNoComma);
      return state();
    }
    pass_token(copy);
    if (open.is_object() && !pass_name(copy)) return state();
  } while (true);

  copy.finish();
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
  // while views of it are out.
  if (unescaped_.empty() && unescaped_.capacity() < text_bytes_) unescaped_.reserve(text_bytes_);
  PENSTOCK_CHECK(unescaped_.capacity() - unescaped_.size() >= body.size());
  const std::size_t begin = unescaped_.size();
  append_unescaped(unescaped_, body);
  return std::string_view(unescaped_).substr(begin);
}

}  // namespace penstock::json
