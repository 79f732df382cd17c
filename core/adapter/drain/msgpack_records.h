// The MessagePack that Fluent Bit sends: a run of [[time, metadata], record], before its version
// 2.1 of [time, record], each as the JSON object that Fluent Bit itself would have written, with
// its time as the first member `date`. Tokens are read by libmpack, which allocates nothing:
// whatever size a header claims, no more is taken than is there.
//
// What is text or may be one is repaired where it is not UTF-8; other bytes are base64.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace penstock::adapter {

// Values in one another. What nests deeper cannot be passed over without being read.
inline constexpr int kMsgpackDepthMax = 256;
// Of the JSON of one record.
inline constexpr std::size_t kMsgpackJsonBytesMax = 16 << 20;

class MsgpackRecords {
 public:
  // Borrows `body`.
  explicit MsgpackRecords(std::string_view body) : body_(body), rest_(body) {}

  // Replaces `out` by the next record's JSON, with kReadablePadding behind it. False at the end,
  // and where the body is broken.
  bool next(std::string& out);

  // Empty, or why it stopped: a literal.
  std::string_view problem() const { return problem_; }
  // How far it was read.
  std::size_t offset() const { return body_.size() - rest_.size(); }

 private:
  std::string_view body_;
  std::string_view rest_;
  std::string_view problem_;
};

}  // namespace penstock::adapter
