// Where a long run of frames can be cut: each says at its head how long it is, or of how many
// values with such heads it is made (adapter::ReadFrameHead). Nothing else of them is looked at.
//
// Behind a head that is broken no frame can be told any more. What there is of the text is then the
// last piece, for its reader to say what is wrong with it, and the rest of the body is taken out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "adapter/contract/large_body.h"
#include "intake/cutter.h"

namespace penstock::intake {

class FrameCutter final : public Cutter {
 public:
  explicit FrameCutter(adapter::ReadFrameHead read_head) : read_head_(read_head) {}

  void look_at(std::string& text) override;
  std::size_t close_piece(std::string& text) const override;
  void drop_piece(std::string& text) override;
  void skip_event(std::string& text) override;

 private:
  // False where more must come first, or nothing can be told any more.
  bool look_at_head(std::string& text);
  void end_frame(std::string& text);
  void forget(std::string& text, std::size_t bytes);

  const adapter::ReadFrameHead read_head_;
  bool is_broken_ = false;
  std::uint64_t body_left_ = 0;      // Of the value whose head was seen last.
  std::uint64_t values_left_ = 0;    // Of the frame, behind that.
  std::uint64_t frames_to_cut_ = 0;  // From the text's beginning.
};

}  // namespace penstock::intake
