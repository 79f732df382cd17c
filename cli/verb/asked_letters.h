// The dead letters for somebody who may look at them and not change them, as a member of group
// penstock: the worker does it, which takes requests of that group at its control socket.
#pragma once

#include <memory>

#include "app/config/config.h"
#include "control/client.h"
#include "queue/dead_letter_box.h"

namespace penstock::cli {

class AskedLetters final : public queue::DeadLetterBox {
 public:
  // `box` to look at, which it owns.
  AskedLetters(std::unique_ptr<queue::DeadLetterBox> box, control::Client worker)
      : box_(std::move(box)), worker_(std::move(worker)) {}

  Result<std::uint64_t> count() override { return box_->count(); }
  Result<queue::LetterPage> list(std::size_t limit, std::string_view cursor) override {
    return box_->list(limit, cursor);
  }
  Result<std::optional<queue::StoredLetter>> find(std::string_view id) override {
    return box_->find(id);
  }
  Result<bool> retry(std::string_view id) override;
  Result<bool> retry_as(std::string_view id, std::string_view message) override;
  Result<bool> remove(std::string_view id) override;
  Result<std::uint64_t> retry_those(queue::IsMeant is_meant) override;
  Result<std::uint64_t> remove_those(queue::IsMeant is_meant) override;
  Result<std::uint64_t> retry_all() override;
  Result<std::uint64_t> purge() override;

 private:
  using Act = Result<bool> (AskedLetters::*)(std::string_view id);
  Result<std::uint64_t> act_on_those(queue::IsMeant is_meant, Act act);

  const std::unique_ptr<queue::DeadLetterBox> box_;
  const control::Client worker_;
};

// The configuration's dead letters, to be changed by whom they are changed for this user: himself,
// where he may write the spool, or the worker. Borrows `clock`.
Result<std::unique_ptr<queue::DeadLetterBox>> letters_to_change(const app::Config& config,
                                                                const Clock& clock);

}  // namespace penstock::cli
