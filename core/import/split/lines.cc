#include "import/split/lines.h"

#include "base/bytes.h"

namespace penstock::importing {

void LineSplitter::add(std::string_view part) {
  if (is_too_long_) return;
  if (line_.size() + part.size() > kRowBytesMax) {
    is_too_long_ = true;
    line_.clear();
    return;
  }
  line_ += part;
}

void LineSplitter::finish(RowSink& sink) {
  if (is_too_long_) {
    sink.on_bad_row(number_, kTooLong);
  } else {
    if (number_ == 1 && line_.starts_with("\xef\xbb\xbf")) line_.erase(0, 3);
    if (line_.ends_with('\r')) line_.pop_back();
    reserve_padding(line_);
    if (!line_.empty()) sink.on_row({.text = line_, .line = number_});
  }
  line_.clear();
  is_too_long_ = false;
  ++number_;
}

void LineSplitter::feed(std::string_view bytes, RowSink& sink) {
  while (!bytes.empty()) {
    const std::size_t end = bytes.find('\n');
    add(bytes.substr(0, end));
    if (end == std::string_view::npos) return;
    finish(sink);
    bytes.remove_prefix(end + 1);
  }
}

void LineSplitter::end(RowSink& sink) {
  if (!line_.empty() || is_too_long_) finish(sink);
}

}  // namespace penstock::importing
