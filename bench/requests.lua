-- Sends the requests of a file in turn and prints one line of figures. Lines are PATH<tab>BODY; without a body it is a GET.
local requests, place, sent = {}, 0, 0
local token, run = os.getenv("TOKEN"), os.getenv("RUN")

for line in io.lines(os.getenv("REQUESTS")) do
  local path, body = line:match("^(.-)\t(.*)$")
  requests[#requests + 1] = { path = path, body = body ~= "" and body or nil }
end

-- Headers are built once: what is measured is the server.
local plain = { Authorization = "Bearer " .. token }
local posting = { Authorization = "Bearer " .. token, ["Content-Type"] = "application/json" }
local ready = {}
function init()
  for i, request in ipairs(requests) do
    if not request.body then ready[i] = wrk.format("GET", request.path, plain) end
  end
end

function request()
  place = place % #requests + 1
  if ready[place] then return ready[place] end
  sent = sent + 1
  local body = requests[place].body:gsub("%%N", run .. "-" .. sent)
  return wrk.format("POST", requests[place].path, posting, body)
end

function done(summary, latency, all)
  local errors = summary.errors
  io.write(string.format("figures %.3f %.4f %.4f %.4f %d %d\n", summary.requests / (summary.duration / 1e6),
    latency:percentile(50) / 1000, latency:percentile(99) / 1000, latency.max / 1000, summary.requests,
    errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
