#include "json/cursor.h"

#include <array>

#include "base/check.h"

namespace penstock::json {
namespace {

bool is_white(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

// Which containers are open, a bit each, so that passing over a value needs no recursion.
class OpenContainers {
 public:
  std::uint32_t count() const { return count_; }
  bool is_object() const { return (bits_[(count_ - 1) / 64] >> ((count_ - 1) % 64) & 1) != 0; }
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

// Copies tokens that touch each other in one piece, so a text without white space is one copy.
class RunCopy {
 public:
  explicit RunCopy(std::string* out) : out_(out) {}

  void add(std::string_view token) {
    if (out_ == nullptr) return;
    if (token.data() != begin_ + size_) {
      flush();
      begin_ = token.data();
    }
    size_ += token.size();
  }
  // Appends a string token that must be changed.
  void add_paired(std::string_view token) {
    if (out_ == nullptr) return;
    flush();
    begin_ = nullptr;
    append_paired(*out_, token);
  }
  void flush() {
    if (out_ != nullptr && size_ > 0) out_->append(begin_, size_);
    size_ = 0;
  }

 private:
  std::string* out_;
  const char* begin_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace

void Cursor::start(std::string_view text, std::span<const std::uint32_t> tokens) {
  text_ = text;
  tokens_ = tokens;
  next_ = 0;
  depth_ = 0;
  error_.reset();
  fault_offset_.reset();
  unescaped_.clear();
}

tl::unexpected<Error> Cursor::keep(const Error& error) {
  if (!error_) error_ = error;
  return fail(*error_);
}

tl::unexpected<Error> Cursor::refuse(const char* step) {
  if (error_) return fail(*error_);
  fault_offset_ = next_ < tokens_.size() ? tokens_[next_] : text_.size();
  return keep({ErrorCode::kRejected, static_cast<std::int64_t>(*fault_offset_), step});
}

Result<void> Cursor::state() const {
  if (error_) return fail(*error_);
  return {};
}

Result<void> Cursor::expect(char token, const char* step) {
  if (peek() != token) return refuse(step);
  ++next_;
  return {};
}

// From the next token to the one after it, without the white space between. Requires a token.
std::string_view Cursor::token_text() const {
  const std::size_t begin = tokens_[next_];
  std::size_t end = next_ + 1 < tokens_.size() ? tokens_[next_ + 1] : text_.size();
  while (is_white(text_[end - 1])) --end;
  return text_.substr(begin, end - begin);
}

Result<Cursor::Scalar> Cursor::pass_scalar() {
  if (next_ >= tokens_.size()) return refuse("read JSON: the text ends too early");
  const std::string_view token = token_text();
  Scalar scalar{Kind::kNull, StringForm::kPlain, token};
  switch (token.front()) {
    case '"':
      PENSTOCK_CHECK(token.size() >= 2 && token.back() == '"');
      scalar.kind = Kind::kString;
      scalar.form = string_form(token.substr(1, token.size() - 2));
      if (scalar.form == StringForm::kInvalid) return refuse("read JSON: a bad escape in a string");
      break;
    case 't':
    case 'f':
      scalar.kind = Kind::kBool;
      if (token != "true" && token != "false") return refuse("read JSON: not a value");
      break;
    case 'n':
      if (token != "null") return refuse("read JSON: not a value");
      break;
    default:
      scalar.kind = Kind::kNumber;
      if (!is_number(token)) return refuse("read JSON: not a value");
      break;
  }
  ++next_;
  return scalar;
}

Result<void> Cursor::enter(Value& value) {
  value.cursor_ = this;
  value.token_ = next_;
  const char first = peek();
  if (first == '{' || first == '[') {
    value.kind_ = first == '{' ? Kind::kObject : Kind::kArray;
    value.raw_ = text_.substr(tokens_[next_]);
    return {};
  }
  const auto scalar = pass_scalar();
  if (!scalar) return fail(scalar.error());
  value.kind_ = scalar->kind;
  value.raw_ = scalar->token;
  if (scalar->kind == Kind::kString) {
    value.text_ = scalar->token.substr(1, scalar->token.size() - 2);
    value.is_escaped_ = scalar->form != StringForm::kPlain;
    value.has_lone_surrogate_ = scalar->form == StringForm::kLoneSurrogate;
  }
  return {};
}

Result<void> Cursor::leave(const Value& value) {
  PENSTOCK_TRY(state());
  if (next_ == value.token_) return pass_container(kDepthMax, nullptr);
  return {};
}

Result<void> Cursor::enter_name(Value& name) {
  if (peek() != '"') return refuse("read JSON: a member's name is missing");
  PENSTOCK_TRY(enter(name));
  return expect(':', "read JSON: a colon is missing");
}

Result<void> Cursor::descend() {
  if (depth_ >= kDepthMax) return refuse("read JSON: nested too deep");
  ++depth_;
  ++next_;
  return {};
}

Result<void> Cursor::ascend() {
  --depth_;
  ++next_;
  return depth_ == 0 ? end() : Result<void>();
}

Result<void> Cursor::end() {
  PENSTOCK_TRY(state());
  if (next_ < tokens_.size()) return refuse("read JSON: more text after the document");
  return {};
}

Result<void> Cursor::pass_container(std::uint32_t depth_max, std::string* out) {
  const std::size_t out_begin = out == nullptr ? 0 : out->size();
  bool is_too_deep = false;
  OpenContainers open;
  RunCopy copy(out);
  const auto pass_token = [&] {
    copy.add(text_.substr(tokens_[next_], 1));
    ++next_;
  };
  const auto pass_scalar_token = [&]() -> Result<void> {
    const auto scalar = pass_scalar();
    if (!scalar) return fail(scalar.error());
    if (scalar->form == StringForm::kLoneSurrogate) {
      copy.add_paired(scalar->token);
    } else {
      copy.add(scalar->token);
    }
    return {};
  };
  const auto pass_name = [&]() -> Result<void> {
    if (peek() != '"') return refuse("read JSON: a member's name is missing");
    PENSTOCK_TRY(pass_scalar_token());
    if (peek() != ':') return refuse("read JSON: a colon is missing");
    pass_token();
    return {};
  };

  do {
    const char first = peek();
    if (first == '{' || first == '[') {
      if (depth_ + open.count() >= kDepthMax) return refuse("read JSON: nested too deep");
      is_too_deep = is_too_deep || open.count() >= depth_max;
      const bool is_object = first == '{';
      open.push(is_object);
      pass_token();
      if (peek() != (is_object ? '}' : ']')) {
        if (is_object) PENSTOCK_TRY(pass_name());
        continue;
      }
    } else {
      PENSTOCK_TRY(pass_scalar_token());
    }
    while (open.count() > 0 && peek() == (open.is_object() ? '}' : ']')) {
      open.pop();
      pass_token();
    }
    if (open.count() == 0) break;
    if (peek() != ',') return refuse("read JSON: a comma or the end is missing");
    pass_token();
    if (open.is_object()) PENSTOCK_TRY(pass_name());
  } while (true);

  copy.flush();
  if (depth_ == 0) PENSTOCK_TRY(end());
  if (is_too_deep) {
    if (out != nullptr) out->resize(out_begin);
    return fail(ErrorCode::kRejected, "read JSON: nested too deep");
  }
  return {};
}

std::string_view Cursor::passed_since(const char* begin) const {
  PENSTOCK_CHECK(next_ > 0);
  return {begin, static_cast<std::size_t>(text_.data() + tokens_[next_ - 1] + 1 - begin)};
}

std::string_view Cursor::unescape(std::string_view body) {
  // All unescaped texts of a document are together no longer than it, so the buffer never moves
  // while views of it are out.
  if (unescaped_.empty() && unescaped_.capacity() < text_.size()) unescaped_.reserve(text_.size());
  PENSTOCK_CHECK(unescaped_.capacity() - unescaped_.size() >= body.size());
  const std::size_t begin = unescaped_.size();
  append_unescaped(unescaped_, body);
  return std::string_view(unescaped_).substr(begin);
}

}  // namespace penstock::json
