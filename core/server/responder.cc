#include "server/responder.h"

#include <utility>

#include "server/connection.h"

namespace penstock::server {

bool Responder::respond(const http::Response& response) const {
  Connection* const connection = host_ == nullptr ? nullptr : host_->find(slot_, generation_);
  if (connection == nullptr) return false;
  connection->respond(response);
  return true;
}

bool Responder::respond_raw(std::string_view bytes, std::uint16_t status, bool keep_alive,
                            std::string_view lines) const {
  Connection* const connection = host_ == nullptr ? nullptr : host_->find(slot_, generation_);
  if (connection == nullptr) return false;
  connection->respond_raw(bytes, status, keep_alive, lines);
  return true;
}

bool Responder::watch(std::function<void()> on_gone) const {
  Connection* const connection = host_ == nullptr ? nullptr : host_->find(slot_, generation_);
  if (connection == nullptr) return false;
  host_->set_on_gone(slot_, std::move(on_gone));
  connection->watch();
  return true;
}

bool Responder::begin_parts(const http::Response& head) const {
  Connection* const connection = host_ == nullptr ? nullptr : host_->find(slot_, generation_);
  if (connection == nullptr) return false;
  connection->begin_parts(head);
  return true;
}

Responder::Sent Responder::send_part(std::string_view part, std::function<void()> on_sent) const {
  Connection* const connection = host_ == nullptr ? nullptr : host_->find(slot_, generation_);
  return connection == nullptr ? Sent::kGone : connection->send_part(part, std::move(on_sent));
}

void Responder::end_parts(bool is_whole) const {
  Connection* const connection = host_ == nullptr ? nullptr : host_->find(slot_, generation_);
  if (connection != nullptr) connection->end_parts(is_whole);
}

void Responder::read_on() const {
  Connection* const connection = host_ == nullptr ? nullptr : host_->find(slot_, generation_);
  if (connection != nullptr) connection->read_on();
}

}  // namespace penstock::server
