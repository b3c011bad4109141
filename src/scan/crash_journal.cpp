#include "mutauscan/scan/crash_journal.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <sstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mutauscan/io/column_file.hpp"
#include "mutauscan/io/manifest.hpp"

namespace mutauscan {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t no_point = ~std::uint64_t{0};
constexpr std::array crash_signals = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};

// What the signal handler may look at: static memory alone, prepared before any signal can come.
std::atomic<std::uint64_t> point_in_flight = no_point;
static_assert(std::atomic<std::uint64_t>::is_always_lock_free);
char crash_directory[4096], crash_file[4096];
std::array<struct sigaction, crash_signals.size()> previous_actions;
alignas(16) std::array<char, 65536> handler_stack;  // a stack overflow leaves none to run on

/// A line of text built without the heap.
struct Line {
  char text[96] = {};
  std::size_t length = 0;

  void add(const char* part) {
    while (*part && length < sizeof text) text[length++] = *part++;
  }
  void add(std::uint64_t number) {
    char digits[20];
    std::size_t n = 0;
    do digits[n++] = char('0' + number % 10);
    while ((number /= 10) != 0);
    while (n > 0 && length < sizeof text) text[length++] = digits[--n];
  }
};

/// Async-signal-safe: mkdir, open, write, fsync, close. A failure to write cannot be helped here.
void note_crash(std::uint64_t index, int signal) {
  Line entry;
  entry.add("index ");
  entry.add(index);
  entry.add(" signal ");
  entry.add(static_cast<std::uint64_t>(signal));
  entry.add("\n");
  ::mkdir(crash_directory, 0777);
  const int file = ::open(crash_file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
  const bool noted = file >= 0 && ::write(file, entry.text, entry.length) == ssize_t(entry.length);
  if (file >= 0) {
    ::fsync(file);
    ::close(file);
  }
  Line message;
  message.add("mutauscan: a point crashed this process");
  message.add(noted ? ", which is noted in RUN/crashes: " : " (and RUN/crashes cannot be written): ");
  message.add(entry.text);
  [[maybe_unused]] const ssize_t ignored = ::write(STDERR_FILENO, message.text, message.length);
}

extern "C" void on_crash(int signal, siginfo_t* info, void*) {
  const bool from_outside = info->si_code == SI_USER && info->si_pid != getpid();
  const bool in_main_thread = gettid() == getpid();
  const std::uint64_t index = point_in_flight.exchange(no_point);
  if (index != no_point && in_main_thread && !from_outside) note_crash(index, signal);
  const auto position =
      std::size_t(std::find(crash_signals.begin(), crash_signals.end(), signal) - crash_signals.begin());
  sigaction(signal, &previous_actions[position], nullptr);
  ::raise(signal);  // held back until this handler returns; then what would have happened without it
}

void copy_path(char (&target)[4096], const fs::path& path) {
  const std::string text = path.string();
  if (text.size() >= sizeof target) throw StorageError("the path is too long: " + text);
  std::memcpy(target, text.c_str(), text.size() + 1);
}

}  // namespace

CrashJournal::CrashJournal(const fs::path& run) {
  const ProcessIdentity self = this_process();
  const fs::path directory = fs::absolute(run) / "crashes";
  copy_path(crash_directory, directory);
  copy_path(crash_file, directory / (self.host + "-" + std::to_string(self.pid) + ".txt"));

  stack_t stack{};
  stack.ss_sp = handler_stack.data();
  stack.ss_size = handler_stack.size();
  sigaltstack(&stack, nullptr);
  struct sigaction action {};
  action.sa_sigaction = on_crash;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  for (std::size_t i = 0; i < crash_signals.size(); ++i)
    sigaction(crash_signals[i], &action, &previous_actions[i]);
}

CrashJournal::~CrashJournal() {
  for (std::size_t i = 0; i < crash_signals.size(); ++i)
    sigaction(crash_signals[i], &previous_actions[i], nullptr);
  stack_t none{};
  none.ss_flags = SS_DISABLE;
  sigaltstack(&none, nullptr);
}

CrashJournal::Entry::Entry(CrashJournal&, std::uint64_t index) { point_in_flight = index; }
CrashJournal::Entry::~Entry() { point_in_flight = no_point; }

std::map<std::uint64_t, int> count_crashes(const fs::path& run) {
  std::map<std::uint64_t, int> crashes;
  if (!fs::is_directory(run / "crashes")) return crashes;
  for (const auto& file : fs::directory_iterator(run / "crashes")) {
    std::istringstream lines(read_text(file.path()));
    for (std::string line; std::getline(lines, line);) {
      std::istringstream words(line);
      std::string index_word, signal_word;
      std::uint64_t index = 0;
      int signal = 0;
      if (words >> index_word >> index >> signal_word >> signal && index_word == "index" &&
          signal_word == "signal")
        ++crashes[index];
    }
  }
  return crashes;
}

}  // namespace mutauscan
