#include "import/split/json.h"

#include "base/bytes.h"

namespace penstock::importing {
namespace {

// A byte order mark and the white space that anybody writes before a document.
constexpr std::size_t kBeforeBytesMax = 4096;

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }

}  // namespace

void JsonSplitter::tell_shape(std::string_view& bytes, RowSink& sink) {
  constexpr std::string_view kMark = "\xef\xbb\xbf";
  while (!bytes.empty()) {
    const char c = bytes.front();
    const bool is_mark =
        before_.size() < kMark.size() && kMark[before_.size()] == c && kMark.starts_with(before_);
    if ((is_space(c) || is_mark) && before_.size() < kBeforeBytesMax) {
      before_ += c;
      bytes.remove_prefix(1);
      continue;
    }
    shape_ = c == '[' ? Shape::kArray : Shape::kLines;
    if (shape_ == Shape::kLines) return lines_.feed(before_, sink);
    for (const char b : before_) line_ += b == '\n' ? 1 : 0;
    bytes.remove_prefix(1);
    return;
  }
}

void JsonSplitter::finish(RowSink& sink) {
  if (!has_begun_) return;
  if (is_too_long_) {
    sink.on_bad_row(begun_at_, kTooLong);
  } else {
    while (!element_.empty() && is_space(element_.back())) element_.pop_back();
    reserve_padding(element_);
    sink.on_row({.text = element_, .line = begun_at_});
  }
  element_.clear();
  has_begun_ = false;
  is_too_long_ = false;
  depth_ = 0;
}

void JsonSplitter::take(char c) {
  if (!has_begun_) {
    if (is_space(c)) return;
    has_begun_ = true;
    begun_at_ = line_;
  }
  if (element_.size() == kRowBytesMax) is_too_long_ = true;
  if (is_too_long_) {
    element_.clear();
  } else {
    element_ += c;
  }
}

void JsonSplitter::feed_array(std::string_view bytes, RowSink& sink) {
  for (const char c : bytes) {
    if (is_in_string_) {
      take(c);
      if (!is_escaped_ && c == '"') is_in_string_ = false;
      is_escaped_ = !is_escaped_ && c == '\\';
    } else if (depth_ == 0 && (c == ',' || c == ']')) {
      finish(sink);
      if (c == ']') shape_ = Shape::kEnded;
      if (c == ']') return;
    } else {
      take(c);
      if (c == '"') is_in_string_ = true;
      if (c == '{' || c == '[') ++depth_;
      if ((c == '}' || c == ']') && depth_ > 0) --depth_;
    }
    line_ += c == '\n' ? 1 : 0;
  }
}

void JsonSplitter::feed(std::string_view bytes, RowSink& sink) {
  if (shape_ == Shape::kUnknown) tell_shape(bytes, sink);
  if (shape_ == Shape::kLines) lines_.feed(bytes, sink);
  if (shape_ == Shape::kArray) feed_array(bytes, sink);
}

void JsonSplitter::end(RowSink& sink) {
  if (shape_ == Shape::kLines) lines_.end(sink);
  if (shape_ == Shape::kArray) {
    sink.on_bad_row(has_begun_ ? begun_at_ : line_, "is where the array is cut off");
  }
}

}  // namespace penstock::importing
