"""The schema of signing in, in both dialects of the app-server."""

from __future__ import annotations

from seatrial_reference.schema.words import (
    FLAG,
    TEXT,
    either,
    maybe,
    named,
    one_of,
    optional,
    shape,
    with_optional,
)

REQUESTS = {
    "getAuthStatus": "GetAuthStatusParams",
    "loginApiKey": "LoginApiKeyParams",
    "loginChatGpt": "LoginChatGptParams",
    "cancelLoginChatGpt": "CancelLoginChatGptParams",
    "logoutChatGpt": "LogoutChatGptParams",
    "userInfo": "UserInfoParams",
    "account/read": "v2/AccountReadParams",
    "account/login/start": "v2/AccountLoginStartParams",
    "account/login/cancel": "v2/AccountLoginCancelParams",
    "account/logout": "v2/AccountLogoutParams",
}
TOLD = {
    "loginChatGptComplete": "LoginChatGptCompleteNotification",
    "authStatusChange": "AuthStatusChangeNotification",
    "account/login/completed": "v2/AccountLoginCompletedNotification",
    "account/updated": "v2/AccountUpdatedNotification",
}

ASKED = {"account/chatgptAuthTokens/refresh": "ChatgptAuthTokensRefreshParams"}

METHOD = either("apikey", "chatgpt", "chatgptAuthTokens")

DEFINITIONS = {
    "GetAuthStatusParams": optional(includeToken=FLAG, refreshToken=FLAG),
    "GetAuthStatusResponse": shape(
        authMethod=maybe(METHOD), authToken=maybe(TEXT), requiresOpenaiAuth=FLAG
    ),
    "LoginApiKeyParams": shape(apiKey=TEXT),
    "LoginApiKeyResponse": named("Empty"),
    "LoginChatGptParams": optional(),
    "LoginChatGptResponse": shape(loginId=TEXT, authUrl=TEXT),
    "CancelLoginChatGptParams": shape(loginId=TEXT),
    "CancelLoginChatGptResponse": named("Empty"),
    "LogoutChatGptParams": optional(),
    "LogoutChatGptResponse": named("Empty"),
    "ChatgptAuthTokensRefreshParams": with_optional(
        shape(reason=either("unauthorized")), previousAccountId=TEXT
    ),
    "ChatgptAuthTokensRefreshResponse": with_optional(
        shape(accessToken=TEXT, chatgptAccountId=TEXT), chatgptPlanType=TEXT
    ),
    "UserInfoParams": optional(),
    "UserInfoResponse": shape(allegedUserEmail=maybe(TEXT)),
    "LoginChatGptCompleteNotification": shape(loginId=TEXT, success=FLAG, error=maybe(TEXT)),
    "AuthStatusChangeNotification": shape(authMethod=maybe(METHOD)),
    "v2/AccountReadParams": optional(refreshToken=FLAG),
    "v2/AccountReadResponse": shape(account=maybe(named("v2/Account")), requiresOpenaiAuth=FLAG),
    "v2/Account": one_of(
        shape(type=either("apiKey")),
        shape(type=either("chatgpt"), email=maybe(TEXT), planType=maybe(TEXT)),
    ),
    "v2/AccountLoginStartParams": one_of(
        shape(type=either("apiKey"), apiKey=TEXT),
        shape(type=either("chatgpt")),
        shape(type=either("chatgptDeviceCode")),
        with_optional(
            shape(type=either("chatgptAuthTokens"), accessToken=TEXT, chatgptAccountId=TEXT),
            chatgptPlanType=TEXT,
        ),
    ),
    "v2/AccountLoginStartResponse": one_of(
        shape(type=either("apiKey")),
        with_optional(shape(type=either("chatgpt"), loginId=TEXT), authUrl=TEXT),
        shape(type=either("chatgptDeviceCode"), loginId=TEXT, verificationUrl=TEXT, userCode=TEXT),
        shape(type=either("chatgptAuthTokens")),
    ),
    "v2/AccountLoginCancelParams": shape(loginId=TEXT),
    "v2/AccountLoginCancelResponse": shape(status=either("canceled", "notFound")),
    "v2/AccountLogoutParams": optional(),
    "v2/AccountLogoutResponse": named("Empty"),
    "v2/AccountLoginCompletedNotification": shape(
        loginId=maybe(TEXT), success=FLAG, error=maybe(TEXT)
    ),
    "v2/AccountUpdatedNotification": shape(authMode=maybe(METHOD), planType=maybe(TEXT)),
}
