// Where a long body can be cut between its events, as it comes. PieceCutter cuts texts, FrameCutter
// what stands in frames.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace penstock::intake {

class Cutter {
 public:
  virtual ~Cutter() = default;

  // Looks at what was appended to `text` since the last call.
  virtual void look_at(std::string& text) = 0;

  // Where the last event ends that is known to be whole, and another has begun or may; 0 for none.
  std::size_t cut() const { return cut_; }

  // Requires a cut() of `text`. Ends the piece before the cut, and returns its size.
  virtual std::size_t close_piece(std::string& text) const = 0;
  // Takes the piece out of `text`. What is left begins as another.
  virtual void drop_piece(std::string& text) = 0;

  // The event that `text` begins is too long: what came of it is taken out, and so is what still
  // comes, by look_at().
  virtual void skip_event(std::string& text) = 0;
  bool is_skipping() const { return is_skipping_; }

  // Those before what `text` begins with, in the body; 0 where it has none.
  std::uint64_t frames_before() const { return frames_before_; }

 protected:
  bool is_skipping_ = false;
  std::size_t seen_ = 0;
  std::size_t cut_ = 0;
  std::uint64_t frames_before_ = 0;
};

}  // namespace penstock::intake
