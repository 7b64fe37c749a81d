-- GET /api/customers with the query that is given, by the token of the workspace that has many.
dofile(os.getenv("ANTEROOM_BENCH_LUA") .. "/shared.lua")

function init(args)
  read_arguments(args)
  request = prepared({ wrk.format("GET", "/api/customers" .. (args[7] or ""), {
    ["Host"] = wrk.headers["Host"],
    ["Accept"] = "application/json",
    ["Authorization"] = "Bearer " .. word("lists_token"),
  }) })
end
