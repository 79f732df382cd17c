#include "intake/frame_cutter.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace penstock::intake {

using adapter::FrameHead;

void FrameCutter::look_at(std::string& text) {
  while (!is_broken_ && seen_ < text.size()) {
    const std::size_t body = std::min<std::uint64_t>(body_left_, text.size() - seen_);
    seen_ += body;
    body_left_ -= body;
    if (body > 0) {
      if (body_left_ == 0 && values_left_ == 0) end_frame(text);
    } else if (!look_at_head(text)) {
      break;
    }
  }
  if (!is_broken_) return;
  if (is_skipping_) return text.clear();
  cut_ = text.size();
}

bool FrameCutter::look_at_head(std::string& text) {
  const FrameHead head = read_head_(std::string_view(text).substr(seen_));
  switch (head.kind) {
    case FrameHead::Kind::kShort:
      PENSTOCK_CHECK(text.size() - seen_ <= adapter::kFrameHeadBytesMax);
      return false;
    case FrameHead::Kind::kBroken:
      is_broken_ = true;
      return false;
    case FrameHead::Kind::kFiller:
      seen_ += head.bytes;
      if (values_left_ == 0 && !is_skipping_) cut_ = seen_;
      return true;
    case FrameHead::Kind::kHead:
      break;
  }
  seen_ += head.bytes;
  body_left_ = head.body_bytes;
  // A head stands for a value that an outer one has counted, or for a frame.
  values_left_ = (values_left_ > 0 ? values_left_ - 1 : 0) + head.values;
  if (body_left_ == 0 && values_left_ == 0) end_frame(text);
  return true;
}

void FrameCutter::end_frame(std::string& text) {
  if (is_skipping_) {
    forget(text, seen_);
    is_skipping_ = false;
    ++frames_before_;
  } else {
    cut_ = seen_;
    ++frames_to_cut_;
  }
}

std::size_t FrameCutter::close_piece(std::string& text) const {
  PENSTOCK_CHECK(cut_ > 0 && cut_ <= text.size());
  return cut_;
}

void FrameCutter::drop_piece(std::string& text) {
  frames_before_ += std::exchange(frames_to_cut_, 0);
  forget(text, cut_);
  is_skipping_ = is_broken_;
}

// A head that is not whole yet stays.
void FrameCutter::skip_event(std::string& text) {
  is_skipping_ = true;
  forget(text, seen_);
}

void FrameCutter::forget(std::string& text, std::size_t bytes) {
  text.erase(0, bytes);
  seen_ -= std::min(seen_, bytes);
  cut_ = 0;
}

}  // namespace penstock::intake
