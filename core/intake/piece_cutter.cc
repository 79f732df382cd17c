#include "intake/piece_cutter.h"

#include <algorithm>

#include "base/check.h"

namespace penstock::intake {
namespace {

constexpr std::string_view kSpace = " \t\r\n";

}  // namespace

void PieceCutter::look_at(std::string& text) {
  if (form_ == Form::kUntold) {
    const std::size_t first = text.find_first_not_of(kSpace, seen_);
    seen_ = std::min(first, text.size());
    if (first == std::string::npos) return;
    form_ = text[first] == '[' ? Form::kArray : Form::kLines;
  }
  if (form_ == Form::kArray) return look_for_element(text);
  form_ == Form::kRun ? look_for_end(text) : look_for_line(text);
}

void PieceCutter::look_for_line(std::string& text) {
  if (is_skipping_) {
    const std::size_t end = text.find('\n', seen_);
    if (end == std::string::npos) return skip_event(text);
    forget(text, end + 1);
    is_skipping_ = false;
  }
  const std::size_t end = text.rfind('\n');
  if (end != std::string::npos && end >= seen_) cut_ = end + 1;
  seen_ = text.size();
}

// The piece then ends with the comma, which becomes its bracket.
void PieceCutter::look_for_element(std::string& text) {
  for (; seen_ < text.size(); ++seen_) {
    const char c = text[seen_];
    if (!scan_.pass(c) || c != ',' || scan_.depth() != 1) continue;
    if (is_skipping_) {
      forget(text, seen_);
      is_skipping_ = false;
    } else {
      cut_ = seen_ + 1;
    }
  }
}

// Of an object or an array; what is neither ends with its line.
void PieceCutter::look_for_end(std::string& text) {
  while (seen_ < text.size()) {
    const char c = text[seen_++];
    if (!scan_.pass(c) || scan_.depth() > 0 || (c != '}' && c != ']' && c != '\n')) continue;
    if (is_skipping_) {
      forget(text, seen_);
      is_skipping_ = false;
    } else {
      cut_ = seen_;
    }
  }
}

std::size_t PieceCutter::close_piece(std::string& text) const {
  PENSTOCK_CHECK(cut_ > 0 && cut_ <= text.size());
  if (form_ == Form::kArray) text[cut_ - 1] = ']';
  return cut_;
}

void PieceCutter::drop_piece(std::string& text) {
  forget(text, form_ == Form::kArray ? cut_ - 1 : cut_);
}

void PieceCutter::skip_event(std::string& text) {
  is_skipping_ = true;
  forget(text, form_ == Form::kArray ? text.size() - 1 : text.size());
}

// Of an array's text a comma is next, in whose place it begins anew.
void PieceCutter::forget(std::string& text, std::size_t bytes) {
  text.erase(0, bytes);
  if (form_ == Form::kArray) text[0] = '[';
  seen_ -= std::min(seen_, bytes);
  cut_ = 0;
}

}  // namespace penstock::intake
